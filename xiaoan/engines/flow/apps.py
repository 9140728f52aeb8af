from django.apps import AppConfig


class FlowConfig(AppConfig):
    name = "xiaoan.engines.flow"
    verbose_name = "流转"

    def ready(self) -> None:
        from xiaoan.engines.flow import checks  # noqa: F401
