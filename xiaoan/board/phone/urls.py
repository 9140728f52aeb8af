from django.urls import path

from xiaoan.board.phone import pages

app_name = "phone"
urlpatterns = [
    path("", pages.shell, name="shell"),
    path("data/", pages.data, name="data"),
    path("post/", pages.switch_post, name="post"),
    path("sw.js", pages.worker, name="worker"),
    path("manifest.webmanifest", pages.manifest, name="manifest"),
]
