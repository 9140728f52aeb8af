from django.urls import path

from xiaoan.engines.resource.pages import export_page, list_page
from xiaoan.officers.pages import groups, reports
from xiaoan.officers.resource import GROUPS, REPORTS

app_name = "officers"
urlpatterns = [
    path("", list_page(GROUPS), name="groups"),
    path("export.xlsx", export_page(GROUPS), name="groups_export"),
    path("new/", groups.new_groups, name="new_groups"),
    path("setup/", groups.setup, name="setup"),
    path("report/", reports.report, name="report"),
    path("reports/", list_page(REPORTS), name="reports"),
    path("reports/export.xlsx", export_page(REPORTS), name="reports_export"),
    path("reports/<uuid:report>/", reports.one_report, name="one_report"),
    path("concerns/", reports.concerns, name="concerns"),
    path("concerns/<uuid:concern>/", reports.concern, name="concern"),
    path("link/<str:link>/", reports.by_link, name="by_link"),
    path("<uuid:group>/", groups.show, name="group"),
    path("<uuid:group>/change/", groups.change, name="change_group"),
]
