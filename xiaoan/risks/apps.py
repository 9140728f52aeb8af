from django.apps import AppConfig


class RisksConfig(AppConfig):
    name = "xiaoan.risks"
    verbose_name = "风险"
