from django.urls import path

from .views import cluster, engagement, export, home, suggestion, support

app_name = "engagement"
urlpatterns = [
    path("", home.home, name="home"),
    path("guide/", home.guide, name="guide"),
    path("engagement/", engagement.engagement_list, name="engagement-list"),
    path("engagement/new/", engagement.engagement_new, name="engagement-new"),
    path("engagement/<uuid:pk>/", engagement.engagement_detail, name="engagement-detail"),
    path("engagement/<uuid:pk>/edit/", engagement.engagement_edit, name="engagement-edit"),
    path("engagement/<uuid:pk>/history/", engagement.engagement_history, name="engagement-history"),
    path("engagement/<uuid:pk>/withdraw/", engagement.engagement_withdraw, name="engagement-withdraw"),
    path("clusters/", cluster.cluster_list, name="cluster-list"),
    path("clusters/<slug:slug>/", cluster.cluster_detail, name="cluster-detail"),
    path("support/", support.support_list, name="support-list"),
    path("support/<uuid:pk>/", support.support_detail, name="support-detail"),
    path("support/<uuid:pk>/take/", support.support_take, name="support-take"),
    path("support/<uuid:pk>/close/", support.support_close, name="support-close"),
    path("visits/suggest/", suggestion.visit_suggest, name="visit-suggest"),
    path("calls/suggest/", suggestion.call_suggest, name="call-suggest"),
    path("suggestions/", suggestion.suggestion_list, name="suggestion-list"),
    path("suggestions/<uuid:pk>/", suggestion.suggestion_detail, name="suggestion-detail"),
    path("clusters/<slug:slug>/members/", cluster.cluster_members, name="cluster-members"),
    path("clusters/<slug:slug>/members/<uuid:pk>/mail/", cluster.member_mail, name="member-mail"),
    path("clusters/<slug:slug>/members/<uuid:pk>/end/", cluster.member_end, name="member-end"),
    path("export/engagement.xlsx", export.export_xlsx, name="export-xlsx"),
    path("export/engagement.csv", export.export_csv, name="export-csv"),
]
