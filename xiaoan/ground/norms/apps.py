from django.apps import AppConfig


class NormsConfig(AppConfig):
    name = "xiaoan.ground.norms"
    verbose_name = "规范值"

    def ready(self) -> None:
        from xiaoan.ground.norms import checks  # noqa: F401
