"""The journal's page stands here: it shows units and asks for a right, which the journal itself may not know."""

from django.urls import URLPattern, path

from xiaoan.ground.people import journal_pages

app_name = "journal"
urlpatterns: list[URLPattern] = [path("", journal_pages.entries, name="list")]
