from django.urls import path

from xiaoan.engines.files import pages

app_name = "files"
urlpatterns = [
    path("", pages.take, name="take"),
    path("<uuid:file>/", pages.give, name="give"),
]
