"""What a service may answer instead of doing it. Each carries a Chinese sentence for the person."""


class Refusal(Exception):
    """A service did nothing, and `sentence` says why and what to do."""

    status = 400

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotKnown(Refusal):
    """The thing is not there, or the actor may not know of it (404)."""

    status = 404


class NotAllowed(Refusal):
    """The actor knows of it but may not do this (403)."""

    status = 403


class Stale(Refusal):
    """Somebody else changed it first (409): nothing was done."""

    status = 409


class Invalid(Refusal):
    """The input is wrong; `fields` maps a field's key to its sentence (422)."""

    status = 422

    def __init__(self, sentence: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.fields = fields or {}
