from django.urls import path

from . import views

app_name = "mandates"
urlpatterns = [
    path("calendar/", views.calendar, name="calendar"),
    path("changes/", views.change_list, name="change-list"),
    path("mandates/", views.mandate_list, name="mandate-list"),
    path("mandates/<slug:slug>/", views.mandate_detail, name="mandate-detail"),
    path("visits/", views.visit_list, name="visit-list"),
    path("visits/<uuid:pk>/", views.visit_detail, name="visit-detail"),
    path("visits/<uuid:pk>/calendar.ics", views.visit_ical, name="visit-ical"),
    path("calls/", views.call_list, name="call-list"),
    path("calls/<uuid:pk>/", views.call_detail, name="call-detail"),
    path("calls/<uuid:pk>/calendar.ics", views.call_ical, name="call-ical"),
    path("reports/", views.report_list, name="report-list"),
    path("reports/<uuid:pk>/", views.report_detail, name="report-detail"),
    path("recommendations/", views.recommendation_list, name="recommendation-list"),
    path("recommendations/<uuid:pk>/", views.recommendation_detail, name="recommendation-detail"),
]
