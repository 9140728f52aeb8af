"""The account behind a session and its posts, by one statement that is not compiled anew on every request."""

from typing import Any
from uuid import UUID

from django.contrib.auth.backends import ModelBackend

from xiaoan.ground.people.models import Person
from xiaoan.ground.people.rights import posts_of
from xiaoan.kernel.kept import Kept

BY_ID = Kept(lambda pk: Person.objects.filter(pk=pk), UUID(int=1))


class PersonBackend(ModelBackend):
    """By account name and password. Not allauth's own: it ignores the case of account names, axes does not, and the
    lock could be walked around."""

    def get_user(self, user_id: Any) -> Person | None:
        """The account; what posts it held at this moment comes along, for the same request."""
        posts = posts_of(UUID(str(user_id)))
        found = posts[0].person if posts else BY_ID.first(UUID(str(user_id)))
        if found is None or not self.user_can_authenticate(found):
            return None
        found.posts_at_sight = posts
        return found
