from django.urls import URLPattern, path

from xiaoan.ground.norms import pages

app_name = "norms"
urlpatterns: list[URLPattern] = [
    path("", pages.home, name="home"),
    path("<uuid:unit>/", pages.listed, name="list"),
    path("<uuid:unit>/<str:norm>/", pages.show, name="show"),
    path("<uuid:unit>/<str:norm>/set/", pages.change, name="set"),
]
