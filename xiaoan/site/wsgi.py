"""WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

from xiaoan.kernel.wall import close_process

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoan.site.settings")
close_process()
application = get_wsgi_application()
