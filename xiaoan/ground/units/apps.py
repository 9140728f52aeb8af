from django.apps import AppConfig


class UnitsConfig(AppConfig):
    name = "xiaoan.ground.units"
    verbose_name = "单位"
