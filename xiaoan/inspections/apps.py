from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "xiaoan.inspections"
    verbose_name = "督查"
