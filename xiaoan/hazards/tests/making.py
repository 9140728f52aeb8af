"""Making hazards for tests, and walking them as far as is wanted."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from conftest import Cast
from xiaoan.engines.files.services import store_file
from xiaoan.engines.files.tests.making import photo
from xiaoan.engines.tally.recount import compare
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.hazards import services
from xiaoan.hazards.models import Draw, Hazard
from xiaoan.hazards.recount import recount
from xiaoan.hazards.services.rechecks import Asked
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM, Actor
from xiaoan.risks.models import Point

PLAN = {"measures": "更换模块", "funds": "不用资金", "plan": "夜间每 2 小时人工巡查", "interim": "断电并拉警戒线"}
PICTURE = photo()


def a_photo(actor: Actor, unit: Unit) -> str:
    return str(store_file(actor=actor, unit=unit, upload=SimpleUploadedFile("照片.jpg", PICTURE)).id)


def a_hazard(cast: Cast, unit: Unit | None = None, **told: Any) -> Hazard:
    """Reported by a class teacher of the unit, the primary school."""
    at = unit or cast.primary
    given = {"words": "感烟探测器未接入值守", "place": "宿舍 2 号楼 3 层", "source": "staff", **told}
    if "actor" not in given:
        given["actor"] = cast.actor("homeroom_teacher", at)
    return services.report_hazard(unit=at, **given)


def walked(cast: Cast, hazard: Hazard, to: str, level: str = "general") -> Hazard:
    """The case moved on to a state of the main way, by the people of its school (and county where it is major)."""
    at = Unit.objects.get(path=hazard.unit_path)
    lead, guard = cast.actor("safety_director", at), cast.actor("guard", at)
    steps = {
        "judged": lambda: services.judge(actor=lead, hazard=hazard, category="C02", level=level),
        "assigned": lambda: services.assign(
            actor=lead, hazard=hazard, responsible=cast.post("guard", at), **PLAN
        ),
        "handed_in": lambda: services.hand_in(
            actor=guard, hazard=hazard, done="已换好", photos=[a_photo(guard, at)]
        ),
        "closed": lambda: services.verify(actor=verifier_of(cast, hazard), hazard=hazard, decision="现场看过，已改好"),
    }  # fmt: skip
    names = list(steps)
    for name in names[: names.index(to) + 1]:
        steps[name]()
    return hazard


def verifier_of(cast: Cast, hazard: Hazard) -> Actor:
    unit = Unit.objects.get(path=hazard.verify_path)
    return cast.actor(
        {"school": "principal", "township": "township_officer"}.get(unit.rank, f"{unit.rank}_officer"), unit
    )


def disagreements() -> list[Any]:
    """Wherever a tally of hazards is not what their rows say."""
    return [found for leaves in recount() for found in compare(leaves)]


def a_point(cast: Cast) -> Point:
    """A risk point of the primary school."""
    unit = cast.primary
    return Point.objects.create(
        code="A-1", name="宿舍配电间", area="dormitory", kind="C02", made_on=clock.today(), made_by="合成",
        updated_at=clock.now(), base_level=4, **scope_of(unit),
    )  # fmt: skip


def stored(unit: Unit) -> str:
    return a_photo(SYSTEM, unit)


def the_hazard(cast: Cast, unit: Unit) -> Hazard:
    """A case of the unit with a picture, made once."""
    found = Hazard.objects.filter(unit=unit).exclude(photos=[]).first()
    if found is None:
        actor = cast.actor("safety_director", unit)
        found = a_hazard(cast, unit, actor=actor, photos=[a_photo(actor, unit)])
    return found


def the_draw(cast: Cast, unit: Unit) -> Draw:
    """A draw of the unit's county, of one closed case of the unit, made once."""
    county = Unit.objects.get(path=unit.county_path)
    if found := Draw.objects.filter(unit=county).first():
        return found
    walked(cast, a_hazard(cast, unit), "closed")
    asked = Asked(5, clock.today(), clock.today())
    return services.draw(actor=cast.actor("county_officer", county), unit=county, asked=asked, seed="合成种子")
