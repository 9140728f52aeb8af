"""Connect: other systems. An integration holds a token that acts in a post of this platform with some of its rights;
the API under /api/ is put together here from the routers that the site lists; webhooks tell an integration what happened.

Always true: a token never may what its post may not; every write by a token happens once under its Idempotency-Key; a
webhook carries ids and kinds, and only of what the token might read itself.
"""
