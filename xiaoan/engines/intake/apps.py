from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "xiaoan.engines.intake"
    verbose_name = "导入"
