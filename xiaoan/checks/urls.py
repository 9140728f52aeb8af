from django.urls import path

from xiaoan.checks import pages
from xiaoan.checks.resource import CHECKLISTS
from xiaoan.engines.resource.pages import export_page, list_page

app_name = "checks"
urlpatterns = [
    path("", list_page(CHECKLISTS), name="checklists"),
    path("export.xlsx", export_page(CHECKLISTS), name="checklists_export"),
    path("new/", pages.new, name="new"),
    path("items/", pages.starter, name="items"),
    path("criteria/", pages.criteria, name="criteria"),
    path("<uuid:checklist>/", pages.show, name="checklist"),
    path("<uuid:checklist>/<slug:move>/", pages.change, name="change"),
]
