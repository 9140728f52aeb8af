from django.urls import path

from xiaoan.engines.intake import pages

app_name = "intake"
urlpatterns = [
    path("<slug:kind>/", pages.start, name="start"),
    path("<slug:kind>/template/", pages.template, name="template"),
    path("of/<uuid:upload>/", pages.show, name="show"),
    path("of/<uuid:upload>/progress/", pages.progress, name="progress"),
    path("of/<uuid:upload>/confirm/", pages.confirm, name="confirm"),
    path("of/<uuid:upload>/drop/", pages.drop, name="drop"),
    path("of/<uuid:upload>/faults/", pages.faults, name="faults"),
]
