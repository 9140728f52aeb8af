"""What every list must do, for the lists of this floor."""

from typing import Any

from xiaoan.engines.resource.testing import ResourceTests
from xiaoan.ground.units.services import create_unit
from xiaoan.kernel.actor import SYSTEM
from xiaoan.risks.resource import ACCEPTANCES, CONTROLS, NOTICES, POINTS, STANDINGS, STUDIES
from xiaoan.risks.services import reckon
from xiaoan.risks.tests import making


class TestPoints(ResourceTests):
    resource, url, api = POINTS, "/risks/points/", "/api/risk-points/"
    samples = {"school": "东镇"}

    def make(self, cast: Any, n: int) -> list[Any]:
        return [making.a_point(cast.primary, f"风险点{k}") for k in range(n)]


class TestControls(ResourceTests):
    resource, url, api = CONTROLS, "/risks/controls/", "/api/risk-controls/"
    samples = {"school": "东镇"}

    def make(self, cast: Any, n: int) -> list[Any]:
        point = making.a_point(cast.primary)
        return [making.a_control(point, f"措施{k}") for k in range(n)]


class TestStandings(ResourceTests):
    resource, url, api = STANDINGS, "/risks/schools/", "/api/risk-schools/"
    samples = {"school": "新校"}

    def make(self, cast: Any, n: int) -> list[Any]:
        made = [
            create_unit(actor=SYSTEM, parent=cast.township, rank="school", name=f"新校{k}", kind="primary")
            for k in range(n)
        ]
        return [reckon(unit) for unit in made]


class TestNotices(ResourceTests):
    resource, url, api = NOTICES, "/risks/notices/", "/api/risk-notices/"
    samples = {"school": "东镇"}

    def make(self, cast: Any, n: int) -> list[Any]:
        return [making.a_notice(cast.primary) for _ in range(n)]


class TestStudies(ResourceTests):
    resource, url, api = STUDIES, "/risks/studies/", "/api/risk-studies/"
    samples = {"school": "东镇"}

    def make(self, cast: Any, n: int) -> list[Any]:
        return [making.a_study(cast.primary) for _ in range(n)]


class TestAcceptances(ResourceTests):
    resource, url, api = ACCEPTANCES, "/risks/acceptances/", "/api/acceptances/"
    samples = {"school": "东镇"}

    def make(self, cast: Any, n: int) -> list[Any]:
        rows: list[Any] = []
        for _ in range(n):
            row = making.an_acceptance(cast.primary)
            type(row).objects.filter(id=row.id).update(state="failed")
            rows.append(row)
        return rows
