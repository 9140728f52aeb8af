from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "xiaoan.engines.files"
