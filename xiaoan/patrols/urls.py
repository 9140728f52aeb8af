from django.urls import path

from xiaoan.engines.resource.pages import export_page, list_page
from xiaoan.patrols import pages
from xiaoan.patrols.resource import ROUNDS

app_name = "patrols"
urlpatterns = [
    path("", pages.home, name="home"),
    path("rounds/", list_page(ROUNDS), name="rounds"),
    path("rounds/export.xlsx", export_page(ROUNDS), name="rounds_export"),
    path("rounds/<uuid:round>/", pages.round_page, name="round"),
    path("routes/new/", pages.new, name="new_route"),
    path("routes/<uuid:route>/", pages.show, name="route"),
    path("routes/<uuid:route>/change/", pages.change, name="change_route"),
    path("routes/<uuid:route>/close/", pages.close, name="close_route"),
]
