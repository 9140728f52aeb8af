from django.apps import AppConfig


class BoardConfig(AppConfig):
    name = "xiaoan.board"
    verbose_name = "总览"
