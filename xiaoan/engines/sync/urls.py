from django.urls import path

from xiaoan.engines.sync import pages

app_name = "sync"
urlpatterns = [
    path("commands/", pages.commands, name="commands"),
    path("commands/<uuid:command_id>/", pages.command, name="command"),
    path("conflicts/", pages.conflict_list, name="conflicts"),
    path("conflicts/<uuid:command_id>/", pages.settle, name="settle"),
]
