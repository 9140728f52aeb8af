from django.apps import AppConfig


class CalendarConfig(AppConfig):
    name = "xiaoan.ground.calendar"
    verbose_name = "校历"
