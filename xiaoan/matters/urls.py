from django.urls import path

from xiaoan.engines.resource.pages import export_page, list_page
from xiaoan.matters.pages import around, asking, cases, joint, overview, people
from xiaoan.matters.resource import MATTERS

app_name = "matters"
urlpatterns = [
    path("", list_page(MATTERS), name="matters"),
    path("export.xlsx", export_page(MATTERS), name="matters_export"),
    path("new/", cases.new, name="new"),
    path("overview/", overview.overview, name="overview"),
    path("clues/", cases.clues, name="clues"),
    path("keepers/", people.name_keepers, name="keepers"),
    path("key-persons/", people.key_persons, name="key_persons"),
    path("grid/", around.grid, name="grid"),
    path("peaks/", around.peaks, name="peaks"),
    path("sweeps/", joint.sweeps, name="sweeps"),
    path("sweeps/<uuid:sweep>/", joint.sweep, name="sweep"),
    path("circulars/", joint.circulars, name="circulars"),
    path("circulars/<uuid:circular>/", joint.circular, name="circular"),
    path("prohibitions/", joint.prohibitions, name="prohibitions"),
    path("ask/<uuid:unit>/", asking.ask, name="ask"),
    path("asked/<str:link>/", asking.asked, name="asked"),
    path("<uuid:matter>/", cases.show, name="matter"),
    path("<uuid:matter>/photos/<int:number>/", cases.photo, name="photo"),
    path("<uuid:matter>/mediation/", people.mediation, name="mediation"),
    path("<uuid:matter>/contact/", people.contact, name="contact"),
    path("<uuid:matter>/<slug:step>/", cases.move, name="move"),
]
