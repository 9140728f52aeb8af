from django.urls import URLPattern, path

from xiaoan.ground.calendar import pages

app_name = "calendar"
urlpatterns: list[URLPattern] = [
    path("", pages.home, name="home"),
    path("days/", pages.days, name="days"),
    path("days/upload/", pages.days_upload, name="days_upload"),
    path("days/template/", pages.days_template, name="days_template"),
    path("terms/template/", pages.terms_template, name="terms_template"),
    path("<uuid:unit>/", pages.year, name="year"),
    path("<uuid:unit>/term/", pages.term, name="term"),
    path("<uuid:unit>/upload/", pages.upload, name="upload"),
    path("<uuid:unit>/file/", pages.export, name="export"),
]
