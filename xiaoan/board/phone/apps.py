from django.apps import AppConfig


class PhoneConfig(AppConfig):
    name = "xiaoan.board.phone"
    verbose_name = "手机"
