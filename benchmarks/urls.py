"""The product's addresses, and the peers of the list page."""

from django.urls import path

from config.urls import urlpatterns as product

from .peers import FullAdmin, LeanAdmin, admin_site, bare

urlpatterns = [
    *product,
    path("peer/bare/", bare),
    path("peer/full/", admin_site("full", FullAdmin).urls),
    path("peer/lean/", admin_site("lean", LeanAdmin).urls),
]
