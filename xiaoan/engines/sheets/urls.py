from django.urls import path

from xiaoan.engines.resource.pages import export_page, list_page
from xiaoan.engines.sheets import pages, papers
from xiaoan.engines.sheets.resource import RECORDS

app_name = "sheets"
urlpatterns = [
    path("", list_page(RECORDS), name="list"),
    path("export.xlsx", export_page(RECORDS), name="export"),
    path("new/", pages.choose, name="choose"),
    path("new/<slug:sheet>/", pages.fill, name="fill"),
    path("new/<slug:sheet>/template.xlsx", papers.template, name="template"),
    path("new/<slug:sheet>/import/", papers.take, name="import"),
    path("new/<slug:sheet>/import/<uuid:file>/", papers.preview, name="preview"),
    path("new/<slug:sheet>/import/<uuid:file>/bad.xlsx", papers.bad_rows, name="bad_rows"),
    path("<uuid:record>/", pages.show, name="record"),
    path("<uuid:record>/withdraw/", pages.withdraw, name="withdraw"),
    path("<uuid:record>/undo/", pages.undo, name="undo"),
]
