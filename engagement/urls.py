from django.urls import path

from . import views

app_name = "engagement"
urlpatterns = [
    path("", views.home, name="home"),
    path("guide/", views.guide, name="guide"),
    path("engagement/", views.engagement_list, name="engagement-list"),
    path("engagement/new/", views.engagement_new, name="engagement-new"),
    path("engagement/<uuid:pk>/", views.engagement_detail, name="engagement-detail"),
    path("engagement/<uuid:pk>/edit/", views.engagement_edit, name="engagement-edit"),
    path("engagement/<uuid:pk>/withdraw/", views.engagement_withdraw, name="engagement-withdraw"),
    path("clusters/", views.cluster_list, name="cluster-list"),
    path("clusters/<slug:slug>/", views.cluster_detail, name="cluster-detail"),
    path("export/engagement.xlsx", views.export_xlsx, name="export-xlsx"),
    path("export/engagement.csv", views.export_csv, name="export-csv"),
]
