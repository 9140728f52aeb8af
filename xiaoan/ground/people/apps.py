from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "xiaoan.ground.people"
    verbose_name = "人员"
