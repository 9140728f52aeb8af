from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "xiaoan.site"
    label = "xiaoan_site"
