from typing import Any

from xiaoan.engines.resource.testing import ResourceTests
from xiaoan.matters.resource import MATTERS
from xiaoan.matters.tests.making import tell


class TestMatters(ResourceTests):
    resource = MATTERS
    url = "/matters/"
    api = "/api/matters/"
    samples = {"unit": "东镇"}

    def make(self, cast: Any, n: int) -> list[Any]:
        return [tell(cast) for _ in range(n)]
