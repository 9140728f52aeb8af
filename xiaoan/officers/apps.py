from django.apps import AppConfig


class OfficersConfig(AppConfig):
    name = "xiaoan.officers"
    verbose_name = "学生安全员"
