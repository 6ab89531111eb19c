"""All addresses: the clusters' side first, then the UN side, accounts, admin."""

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import include, path

from . import views

admin.autodiscover()
admin.site.unregister([Group, EmailAddress, Authenticator, UserSession])  # roles, factors, sessions are not kept there
admin.site.login = secure_admin_login(admin.site.login)  # one sign-in: throttled, with the second factor

urlpatterns = [
    path("", include("engagement.urls")),
    path("", include("mandates.urls")),
    path("account/", include("engagement.account_urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("language/", views.language_switch, name="language-switch"),
    path("healthz/", views.health, name="health"),
    path("admin/r/<path:rest>", views.not_there),  # the admin's shortcut would tell which records exist
    path("admin/", admin.site.urls),
]

handler400 = views.bad_request
handler403 = views.permission_denied
handler404 = views.page_not_found
handler500 = views.server_error
