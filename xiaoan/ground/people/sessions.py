"""Sessions in the database as Django keeps them, read by a statement that is not compiled anew on every request."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as Store
from django.contrib.sessions.models import Session
from django.utils import timezone

from xiaoan.kernel.kept import Kept

BY_KEY = Kept(lambda key: Session.objects.filter(session_key=key), "a sample of a session's key")


class SessionStore(Store):
    def _get_session_from_db(self) -> Any:
        """The session, unless it has expired or there is none."""
        found = BY_KEY.first(self.session_key)
        if found is None or found.expire_date <= timezone.now():
            self._session_key = None
            return None
        return found
