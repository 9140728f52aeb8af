from django.apps import AppConfig


class ChecksConfig(AppConfig):
    name = "xiaoan.checks"
    verbose_name = "检查标准"
