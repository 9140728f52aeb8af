"""What every list must do, for the lists of inspections."""

from datetime import timedelta
from typing import Any, ClassVar

from conftest import Cast
from xiaoan.engines.resource.testing import ResourceTests
from xiaoan.engines.sheets.tests.making import a_record
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.ground.units.services import create_unit
from xiaoan.inspections import blacklist, campaigns, supervised, truth
from xiaoan.inspections.models import Member
from xiaoan.inspections.resource import CAMPAIGNS, FINDINGS, VISITS
from xiaoan.inspections.resource_places import INSTITUTIONS, PLACES
from xiaoan.inspections.resource_rosters import BLACKLISTED, MEMBERS, PLAN, SAMPLES, SUPERVISED
from xiaoan.inspections.tests import making
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM
from xiaoan.kernel.ids import new_id


def new_schools(cast: Cast, n: int, kind: str = "primary") -> list[Unit]:
    """So many schools of the township that are in no list yet."""
    before = Unit.objects.filter(parent=cast.township).count()
    return [
        create_unit(actor=SYSTEM, parent=cast.township, rank="school", name=f"新校{before + k}", kind=kind)
        for k in range(n)
    ]


class TestCampaigns(ResourceTests):
    resource, url, api = CAMPAIGNS, "/inspections/", "/api/campaigns/"
    samples: ClassVar[dict[str, str]] = {"words": "合成"}

    def make(self, cast: Any, n: int) -> list[Any]:
        return [making.planned(cast, cast.primary) for _ in range(n)]


class TestVisits(ResourceTests):
    """One campaign over as many schools."""

    resource, url, api = VISITS, "/inspections/visits/", "/api/visits/"
    samples: ClassVar[dict[str, str]] = {"place": "新校"}

    def make(self, cast: Any, n: int) -> list[Any]:
        if not Member.objects.exists():
            making.member(cast)
        return list(making.sent(cast, making.planned(cast, *new_schools(cast, n)), team=1).visits.all())


class TestFindings(ResourceTests):
    """One visit with as many lines that are not in order."""

    resource, url, api = FINDINGS, "/inspections/findings/", "/api/findings/"
    samples: ClassVar[dict[str, str]] = {"unit": "新校"}

    def make(self, cast: Any, n: int) -> list[Any]:
        visit = making.a_visit(cast, *new_schools(cast, 1))
        lines = [f"C01-{k:02d}" for k in range(1, n + 1)]
        return list(making.issued(cast, visit, *lines).findings.all())


class TestPlaces(ResourceTests):
    """The schools of the cast become another kind of school, so that only those made here are listed."""

    resource, url = PLACES, "/inspections/places/"
    samples: ClassVar[dict[str, str]] = {"words": "新校"}

    def make(self, cast: Any, n: int) -> list[Any]:
        own = [cast.primary.pk, cast.junior.pk, cast.kindergarten.pk]
        Unit.objects.filter(pk__in=own).update(kind="higher")
        return new_schools(cast, n)


class TestInstitutions(ResourceTests):
    resource, url, api = INSTITUTIONS, "/inspections/institutions/", "/api/institutions/"
    samples: ClassVar[dict[str, str]] = {"words": "新校"}

    def make(self, cast: Any, n: int) -> list[Any]:
        return new_schools(cast, n, "training")


class TestMembers(ResourceTests):
    resource, url, api = MEMBERS, "/inspections/members/", "/api/members/"
    samples: ClassVar[dict[str, str]] = {"words": "队员"}

    def make(self, cast: Any, n: int) -> list[Any]:
        given = {"team": "district", "starts": clock.today(), **scope_of(cast.county)}
        return [Member.objects.create(person_id=new_id(), person_name=f"合成队员{k}", **given) for k in range(n)]


class TestPlan(ResourceTests):
    resource, url, api = PLAN, "/inspections/plan/", "/api/plan-items/"
    samples: ClassVar[dict[str, str]] = {"words": "合成"}

    def make(self, cast: Any, n: int) -> list[Any]:
        told = {"actor": making.officer(cast), "unit": cast.county, "year": clock.today().year, "most": 1}
        return [campaigns.add_plan_item(name=f"合成事项{k}", **told) for k in range(n)]


class TestBlacklist(ResourceTests):
    resource, url, api = BLACKLISTED, "/inspections/blacklist/", "/api/blacklist/"
    samples: ClassVar[dict[str, str]] = {"unit": "新校"}

    def make(self, cast: Any, n: int) -> list[Any]:
        told: dict[str, Any] = {"actor": making.officer(cast), "rule": "falsified", "words": "合成的事实说明"}
        return [blacklist.put_on_list(unit=unit, **told) for unit in new_schools(cast, n)]


class TestSupervised(ResourceTests):
    resource, url, api = SUPERVISED, "/inspections/supervised/", "/api/supervised/"
    samples: ClassVar[dict[str, str]] = {"unit": "东镇"}

    def make(self, cast: Any, n: int) -> list[Any]:
        told: dict[str, Any] = {"actor": cast.actor("principal"), "unit": cast.primary, "holder": "合成人员",
                                "due": clock.today() + timedelta(days=9)}  # fmt: skip
        return [supervised.supervise(title=f"合成事项{k}", **told) for k in range(n)]


class TestSamples(ResourceTests):
    resource, url, api = SAMPLES, "/inspections/samples/", "/api/samples/"
    samples: ClassVar[dict[str, str]] = {"words": "抽查"}

    def make(self, cast: Any, n: int) -> list[Any]:
        today = clock.today()
        told: dict[str, Any] = {
            "actor": making.officer(cast),
            "unit": cast.county,
            "first": today - timedelta(days=400),
        }
        a_record(cast.primary)
        return [truth.draw_records(last=today, size=1, **told) for _ in range(n)]
