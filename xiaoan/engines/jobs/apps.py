from django.apps import AppConfig
from django.core.checks import register


class JobsConfig(AppConfig):
    name = "xiaoan.engines.jobs"

    def ready(self) -> None:
        from xiaoan.engines.jobs.checks import jobs_have_names

        register(jobs_have_names)
