from django.apps import AppConfig


class HazardsConfig(AppConfig):
    name = "xiaoan.hazards"
    verbose_name = "隐患"
