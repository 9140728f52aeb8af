"""What the provider tells: as allauth's, and the ways of signing in and oddities that a test wrote into a last name."""

import json
from typing import Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter


class Adapter(DefaultOIDCAdapter):
    def get_claims(self, purpose: str, user: Any, client: Any, scopes: Any, **kwargs: Any) -> dict[str, Any]:
        told = json.loads(user.last_name or "{}")
        return {**super().get_claims(purpose, user, client, scopes, **kwargs), **told.get(purpose, {})}
