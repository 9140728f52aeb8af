"""WSGI entry point."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from xiaoan.kernel.wall import close_process

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoan.site.settings")
close_process()
application = get_wsgi_application()
# A page makes many objects and few cycles. Looking through the whole heap for some, as Python does by itself every
# twentieth board, takes longer than the page: now rarely, and never through the program itself.
gc.freeze()
gc.set_threshold(10_000, 20, 50)
