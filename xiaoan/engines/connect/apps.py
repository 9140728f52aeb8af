from django.apps import AppConfig


class ConnectConfig(AppConfig):
    name = "xiaoan.engines.connect"
    verbose_name = "接口与推送"
