from django.apps import AppConfig
from django.core.signals import request_finished, request_started
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class UnitsConfig(AppConfig):
    name = "xiaoan.ground.units"
    verbose_name = "单位"

    def ready(self) -> None:
        from xiaoan.ground.units.wall import guard_connection, raise_walls
        from xiaoan.kernel import wall

        connection_created.connect(guard_connection)
        post_migrate.connect(raise_walls)
        request_started.connect(wall.begin)
        request_finished.connect(wall.end)
