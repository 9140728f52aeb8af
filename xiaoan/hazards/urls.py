from django.urls import path

from xiaoan.engines.resource.pages import export_page, list_page
from xiaoan.hazards.lists import SIX
from xiaoan.hazards.pages import cases, figures, near, rechecks
from xiaoan.hazards.resource import HAZARDS
from xiaoan.hazards.telling import pages as telling

app_name = "hazards"
urlpatterns = [
    path("", list_page(HAZARDS), name="list"),
    path("export.xlsx", export_page(HAZARDS), name="export"),
    path("new/", cases.new, name="new"),
    path("similar/", cases.similar, name="similar"),
    path("near/", near.near, name="near"),
    path("figures/", figures.overview, name="figures"),
    path("majors/", figures.majors, name="majors"),
    path("items/", figures.items, name="items"),
    path("lists/", figures.lists, name="lists"),
    *(path(f"lists/{key}/", list_page(kept), name=f"list_{key}") for key, kept in SIX.items()),
    *(path(f"lists/{key}/export.xlsx", export_page(kept), name=f"export_{key}") for key, kept in SIX.items()),
    path("rechecks/", rechecks.rechecks, name="rechecks"),
    path("rechecks/<uuid:draw>/", rechecks.show, name="draw"),
    path("tell/<str:point>/", telling.tell, name="tell"),
    path("told/<str:told_token>/", telling.told_page, name="told"),
    path("thanks/", telling.thanks, name="thanks"),
    path("<uuid:hazard>/", cases.show, name="hazard"),
    path("<uuid:hazard>/do/<slug:move>/", cases.do, name="do"),
    path("<uuid:hazard>/photos/<uuid:file>/", cases.picture, name="picture"),
]
