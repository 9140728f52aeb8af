from django.apps import AppConfig


class SheetsConfig(AppConfig):
    name = "xiaoan.engines.sheets"
    verbose_name = "记录"
