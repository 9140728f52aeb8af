from django.apps import AppConfig


class PatrolsConfig(AppConfig):
    name = "xiaoan.patrols"
    verbose_name = "巡查"
