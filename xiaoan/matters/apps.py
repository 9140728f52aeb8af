from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "xiaoan.matters"
    verbose_name = "周边与矛盾"
