"""The Django app of the interface engine."""

from django import forms
from django.apps import AppConfig


class UiConfig(AppConfig):
    """Templates, template tags and page mechanics; no tables."""

    name = "xiaoan.engines.ui"
    label = "ui"
    verbose_name = "界面"

    def ready(self) -> None:
        """Django says 这个字段是必填项: nobody at a school knows what a 字段 is."""
        forms.Field.default_error_messages["required"] = "这里还没有填，请补上。"
