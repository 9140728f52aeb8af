from django.apps import AppConfig


class SyncConfig(AppConfig):
    name = "xiaoan.engines.sync"
