from django.urls import path

from xiaoan.board.pages import exports, living, why

app_name = "board"
urlpatterns = [
    path("doc/<uuid:document>/", living.living, name="living"),
    path("doc/<uuid:document>/clauses/<str:clause>/", living.clause_panel, name="clause"),
    path("doc/<uuid:document>/clauses/<str:clause>/units/", living.clause_units, name="clause_units"),
    path("doc/<uuid:document>/clauses.xlsx", exports.living_export, name="living_export"),
    path("why/<str:key>/", why.why, name="why"),
    path("pick/", why.pick, name="pick"),
]
