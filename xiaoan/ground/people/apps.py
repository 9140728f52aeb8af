from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "xiaoan.ground.people"
    verbose_name = "人员"

    def ready(self) -> None:
        from xiaoan.ground.people import checks, signin  # noqa: F401
