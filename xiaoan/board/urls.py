from django.urls import path

from xiaoan.board.pages import boards, exports, living, reports, waiting, why

app_name = "board"
urlpatterns = [
    path("", boards.home, name="home"),
    path("waiting/", waiting.waits, name="waiting"),
    path("waiting/bell/", waiting.waiting_bell, name="waiting_bell"),
    path("board/<uuid:unit>/", boards.board, name="unit"),
    path("board/<uuid:unit>/beside/", boards.beside, name="beside"),
    path("board/<uuid:unit>/outlines.json", boards.outlines, name="outlines"),
    path("board/<uuid:unit>/gaps/", boards.gaps, name="gaps"),
    path("board/<uuid:unit>/matters/", boards.all_matters, name="matters"),
    path("board/<uuid:unit>/report/", reports.choose, name="reports"),
    path("board/<uuid:unit>/report/<str:month>.xlsx", reports.workbook, name="report_xlsx"),
    path("board/<uuid:unit>/report/<str:month>.pdf", reports.pdf, name="report_pdf"),
    path("doc/<uuid:document>/", living.living, name="living"),
    path("doc/<uuid:document>/clauses/<str:clause>/", living.clause_panel, name="clause"),
    path("doc/<uuid:document>/clauses/<str:clause>/units/", living.clause_units, name="clause_units"),
    path("doc/<uuid:document>/clauses.xlsx", exports.living_export, name="living_export"),
    path("why/<str:key>/", why.why, name="why"),
    path("pick/", why.pick, name="pick"),
]
