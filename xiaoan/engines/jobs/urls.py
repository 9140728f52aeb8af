from django.urls import path

from xiaoan.engines.jobs import pages

app_name = "jobs"
urlpatterns = [
    path("", pages.jobs, name="list"),
    path("open/", pages.in_hand, name="open"),
    path("<uuid:job>/retry/", pages.retry, name="retry"),
]
