from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "xiaoan.ground.journal"
    verbose_name = "日志"
