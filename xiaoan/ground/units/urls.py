from django.urls import URLPattern, path

from xiaoan.ground.units import change_pages, pages, shape_pages

app_name = "units"
urlpatterns: list[URLPattern] = [
    path("", pages.tree, name="tree"),
    path("divisions/", pages.divisions, name="divisions"),
    path("<uuid:unit>/", pages.show, name="show"),
    path("<uuid:unit>/children/", pages.children, name="children"),
    path("<uuid:unit>/add/<slug:rank>/", change_pages.add, name="add"),
    path("<uuid:unit>/change/", change_pages.change, name="change"),
    path("<uuid:unit>/rename/", change_pages.rename, name="rename"),
    path("<uuid:unit>/move/", change_pages.move, name="move"),
    path("<uuid:unit>/merge/", change_pages.merge, name="merge"),
    path("<uuid:unit>/close/", change_pages.close, name="close"),
    path("<uuid:unit>/shapes/", shape_pages.shapes, name="shapes"),
]
