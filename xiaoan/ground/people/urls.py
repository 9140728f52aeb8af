from django.urls import URLPattern, path

from xiaoan.ground.people import import_pages, pages

app_name = "people"
urlpatterns: list[URLPattern] = [
    path("", pages.people, name="list"),
    path("me/", pages.me, name="me"),
    path("switch/", pages.switch, name="switch"),
    path("rights/", pages.rights, name="rights"),
    path("import/", import_pages.import_form, name="import"),
    path("import/confirm/", import_pages.import_confirm, name="import_confirm"),
    path("import/faults/", import_pages.import_faults, name="import_faults"),
    path("import/template/", import_pages.import_template, name="import_template"),
    path("at/<uuid:unit>/new/", pages.add_person, name="add"),
    path("at/<uuid:unit>/first-passwords/", import_pages.reissue, name="reissue"),
    path("at/<uuid:unit>/appoint/", pages.add_post, name="appoint"),
    path("posts/<uuid:post>/deputy/", pages.add_deputy, name="deputy"),
    path("posts/<uuid:post>/end/", pages.end_post, name="dismiss"),
    path("<uuid:person>/", pages.person, name="person"),
    path("<uuid:person>/edit/", pages.edit_person, name="edit"),
    path("<uuid:person>/password/", pages.reset_password, name="reset"),
]
