"""The Django app of the interface engine."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Templates, template tags and page mechanics; no tables."""

    name = "xiaoan.engines.ui"
    label = "ui"
    verbose_name = "界面"
