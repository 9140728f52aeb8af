from django.apps import AppConfig
from django.core.checks import Tags, register


class ResourceConfig(AppConfig):
    name = "xiaoan.engines.resource"

    def ready(self) -> None:
        from xiaoan.engines.resource.checks import check_resources

        register(check_resources, Tags.models)
