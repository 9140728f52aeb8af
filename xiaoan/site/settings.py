"""Django settings. What a person may change is in conf.py; the lists of what is installed are in installed.py."""

import os
import sys
from pathlib import Path

from xiaoan.site import installed
from xiaoan.site.conf import django_cache, django_database, django_files, django_replica, read_conf

BASE_DIR = Path(__file__).resolve().parent.parent.parent
CONF = read_conf(dict(os.environ), BASE_DIR)
TESTING = "pytest" in sys.modules

SECRET_KEY = CONF.secret
DEBUG = CONF.debug
ALLOWED_HOSTS = [*CONF.hosts, "testserver"] if TESTING else CONF.hosts
CSRF_TRUSTED_ORIGINS = [f"https://{h}" for h in CONF.hosts if h != "*"] if CONF.https else []

INSTALLED_APPS = installed.APPS
XIAOAN_RIGHTS = installed.RIGHTS
XIAOAN_NORMS = installed.NORMS
XIAOAN_FLOWS = installed.FLOWS
XIAOAN_JOBS = installed.JOBS
XIAOAN_JOB_NAMES = installed.JOB_NAMES
XIAOAN_SCHEDULE = installed.SCHEDULE
XIAOAN_RECORD_LISTENERS = installed.RECORD_LISTENERS
XIAOAN_UNIT_LISTENERS = installed.UNIT_LISTENERS
XIAOAN_BULK_UNIT_LISTENERS = installed.BULK_UNIT_LISTENERS
XIAOAN_MOVE_LISTENERS = installed.MOVE_LISTENERS
XIAOAN_STAYING_TABLES = installed.STAYING_TABLES
XIAOAN_POST_LISTENERS = installed.POST_LISTENERS
XIAOAN_RECORD_SECTIONS = installed.RECORD_SECTIONS
XIAOAN_RESOURCES = installed.RESOURCES
XIAOAN_API = installed.API
XIAOAN_COMMANDS = installed.COMMANDS
XIAOAN_PRIVATE_COMMANDS = installed.PRIVATE_COMMANDS
XIAOAN_RECOUNTS = installed.RECOUNTS
XIAOAN_MEASURES = installed.MEASURES
XIAOAN_WAITING = installed.WAITING
XIAOAN_VISITS = installed.VISITS
XIAOAN_EXCHANGE = installed.EXCHANGE
XIAOAN_INTAKES = installed.INTAKES
XIAOAN_MENU = "xiaoan.site.menu.menu"
XIAOAN_REMEMBER = "xiaoan.engines.ui.remember.remember"
XIAOAN_BELL = "xiaoan.board.pages.waiting.bell"
XIAOAN_TABS = "xiaoan.board.phone.tabs.tabs"
XIAOAN_CATALOGUE = BASE_DIR / "catalogue"
XIAOAN_POLICIES = BASE_DIR / "policies"
XIAOAN_DIVISIONS = BASE_DIR / "build" / "divisions.json"
XIAOAN_TOTP = CONF.totp and not TESTING
XIAOAN_LIMITS = CONF.limits and not TESTING
XIAOAN_OIDC = None if TESTING else CONF.oidc
XIAOAN_DATA = CONF.data
XIAOAN_WEBHOOK_PRIVATE = CONF.webhook_private
XIAOAN_PROXIED = CONF.https  # whoever speaks HTTPS for us stands before us and tells the address
XIAOAN_DEMO = False if TESTING else "xiaoan.site.demo.known.is_demo"

MIDDLEWARE = installed.MIDDLEWARE
ROOT_URLCONF = "xiaoan.site.urls"
WSGI_APPLICATION = "xiaoan.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "xiaoan.engines.ui.context.frame",
            ]
        },
    }
]

DATABASES = {"default": django_database(CONF)}
DATABASE_ROUTERS = []
XIAOAN_REPLICA = bool(CONF.replica)
if XIAOAN_REPLICA:
    DATABASES["replica"] = django_replica(CONF)
    DATABASE_ROUTERS.append("xiaoan.kernel.replica.Router")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# In tests memory: what is in the cache costs no query of the pages whose queries are counted.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"} if TESTING else django_cache(CONF)}

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = CONF.data / "static"
STATICFILES_DIRS = [p for p in [BASE_DIR / "build" / "static"] if p.exists()]
STORAGES = {
    "default": django_files(CONF),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = [
    "xiaoan.kernel.uploads.SizeLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "xiaoan.ground.people.backends.PersonBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher" if TESTING else "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "xiaoan.ground.people.passwords.FirstPasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "xiaoan.ground.people.passwords.NormValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_ADAPTER = "xiaoan.ground.people.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "xiaoan.ground.people.account_forms.SignInForm",
    "reauthenticate": "xiaoan.ground.people.account_forms.AgainForm",
    "change_password": "xiaoan.ground.people.account_forms.NewPasswordForm",
}
ACCOUNT_SESSION_REMEMBER = True  # how long a session lives is the norm people.idle_minutes
# By address: a whole bureau may stand behind one. By account: axes counts, this only holds back codes.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip", "login_failed": "60/m/ip,20/10m/key", "reauthenticate": "10/m/user", "change_password": "5/m/user",
}  # fmt: skip
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
SOCIALACCOUNT_ADAPTER = "xiaoan.ground.people.oidc.IdentityAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "xiaoan.ground.people.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "xiaoan.ground.people.account_forms.CodeForm",
    "reauthenticate": "xiaoan.ground.people.account_forms.CodeAgainForm",
    "activate_totp": "xiaoan.ground.people.account_forms.ActivateForm",
}
MFA_TOTP_ISSUER = "校安"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
# AXES_USERNAME_FORM_FIELD stays at its default: set to allauth's "login", a locked account would get in.
AXES_FAILURE_LIMIT = "xiaoan.ground.people.signin.failure_limit"
AXES_COOLOFF_TIME = "xiaoan.ground.people.signin.lock_time"
AXES_LOCKOUT_CALLABLE = "xiaoan.ground.people.signin.locked_page"
AXES_CLIENT_IP_CALLABLE = "xiaoan.ground.people.middleware.where_from"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # trying again does not lock for longer

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CONF.https
SESSION_ENGINE = "xiaoan.ground.people.sessions"
SECURE_CONTENT_TYPE_NOSNIFF = False  # this and the like: headers.py
SECURE_REFERRER_POLICY = SECURE_CROSS_ORIGIN_OPENER_POLICY = None
if CONF.https:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["out"], "level": "WARNING"},
    "loggers": {"xiaoan": {"level": "INFO"}},
}
