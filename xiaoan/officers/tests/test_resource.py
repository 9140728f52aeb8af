from typing import Any

from xiaoan.engines.resource.testing import ResourceTests
from xiaoan.officers.resource import GROUPS, REPORTS
from xiaoan.officers.services.groups import add_groups
from xiaoan.officers.services.reports import report_suspicion


class TestGroups(ResourceTests):
    resource = GROUPS
    url = "/officers/"
    api = "/api/groups/"
    samples = {"unit": "东镇"}

    def make(self, cast: Any, n: int) -> list[Any]:
        teacher, lead = cast.post("homeroom_teacher", cast.primary), cast.actor("principal")
        names = [f"合成{n}-{k}班" for k in range(n)]
        return add_groups(actor=lead, unit=cast.primary, kind="class", names=names, grade=7, teacher=teacher)


class TestReports(ResourceTests):
    resource = REPORTS
    url = "/officers/reports/"
    samples = {"unit": "东镇"}

    def make(self, cast: Any, n: int) -> list[Any]:
        return [report_suspicion(actor=cast.actor("guard"), unit=cast.primary, words="合成:陌生人") for _ in range(n)]
