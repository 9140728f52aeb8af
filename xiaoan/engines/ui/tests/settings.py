"""A site with only the interface engine: for looking at the components without the rest of the platform."""

from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[4]
SECRET_KEY = "only for looking at the components, never for a site"
DEBUG = True
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "xiaoan.engines.ui",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
ROOT_URLCONF = "xiaoan.engines.ui.tests.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "xiaoan.engines.ui.context.frame",
            ]
        },
    }
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "build" / "static"]
XIAOAN_DEMO = True
XIAOAN_MENU = "xiaoan.engines.ui.tests.mock.menu"
XIAOAN_TABS = "xiaoan.engines.ui.tests.mock.tabs"
XIAOAN_BELL = "xiaoan.engines.ui.tests.mock.bell"
