from django.apps import AppConfig


class ObligationsConfig(AppConfig):
    name = "xiaoan.obligations"
    verbose_name = "要做的事"
