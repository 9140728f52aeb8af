"""Names of the measures that a standing or target requirement may stand on; computed a floor above."""

from functools import cache
from pathlib import Path

from django.conf import settings

from xiaoan.policies.packs import read_yaml


@cache
def measure_names() -> dict[str, str]:
    """{key: Chinese name} of catalogue/measures.yaml."""
    return {m["key"]: m["name"] for m in read_yaml(Path(settings.XIAOAN_CATALOGUE, "measures.yaml"))}
