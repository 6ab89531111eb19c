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
    path("engagement/<uuid:pk>/history/", views.engagement_history, name="engagement-history"),
    path("engagement/<uuid:pk>/withdraw/", views.engagement_withdraw, name="engagement-withdraw"),
    path("clusters/", views.cluster_list, name="cluster-list"),
    path("clusters/<slug:slug>/", views.cluster_detail, name="cluster-detail"),
    path("support/", views.support_list, name="support-list"),
    path("support/<uuid:pk>/", views.support_detail, name="support-detail"),
    path("support/<uuid:pk>/take/", views.support_take, name="support-take"),
    path("support/<uuid:pk>/close/", views.support_close, name="support-close"),
    path("clusters/<slug:slug>/members/", views.cluster_members, name="cluster-members"),
    path("clusters/<slug:slug>/members/<uuid:pk>/mail/", views.member_mail, name="member-mail"),
    path("clusters/<slug:slug>/members/<uuid:pk>/end/", views.member_end, name="member-end"),
    path("export/engagement.xlsx", views.export_xlsx, name="export-xlsx"),
    path("export/engagement.csv", views.export_csv, name="export-csv"),
]
