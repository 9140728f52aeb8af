from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "xiaoan.policies"
    verbose_name = "政策文件"
