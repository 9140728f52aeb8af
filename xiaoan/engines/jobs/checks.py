"""A job without a name that people know it by stops the start."""

from typing import Any

from django.conf import settings
from django.core.checks import Error


def jobs_have_names(app_configs: Any, **kwargs: Any) -> list[Any]:
    hint = "Add it to JOB_NAMES in xiaoan/site/installed.py."
    unnamed = sorted(set(settings.XIAOAN_JOBS) - set(settings.XIAOAN_JOB_NAMES))
    return [Error(f"job {name} has no Chinese name", hint=hint, id="jobs.E001") for name in unnamed]
