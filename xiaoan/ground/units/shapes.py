"""The outlines that a bureau uploads for the units directly below it: the platform brings none of its own."""

import hashlib
import re

from django.db import IntegrityError, transaction

from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Shapes, Unit
from xiaoan.ground.units.outlines import Outlines, read_outlines
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, NotKnown, Stale

MAPPED = (Rank.PROVINCE, Rank.CITY, Rank.COUNTY)
MOST_CHILDREN = 400
WHY_NUMBER = "按《地图管理条例》，公开展示的地图要经过审核并标明审图号；没有审图号的图形不能上传。"
NUMBER = re.compile(r"\w{1,8}[(（〔\[]\d{4}[)）〕\]]第?\d{1,8}号")
CHANGED = "图形刚刚已被别人换过或删掉，您的没有保存；请看过现在的再决定。"


def shapes_of(unit: Unit) -> Shapes | None:
    """What is held for the unit, without the outlines themselves. One query; none for ranks that have no map."""
    if unit.rank not in MAPPED:
        return None
    return Shapes.objects.filter(unit=unit).defer("geojson").first()


def outlines_of(unit: Unit) -> Shapes:
    """The same with the outlines. Raises NotKnown."""
    held = Shapes.objects.filter(unit=unit).first()
    if held is None:
        raise NotKnown("这个单位没有上传地图图形。")
    return held


def check_outlines(unit: Unit, text: str | bytes) -> Outlines:
    """What uploading `text` for the unit would keep and leave out. Raises Invalid."""
    below = Unit.objects.filter(parent=unit, rank__in=[Rank.CITY, Rank.COUNTY, Rank.TOWNSHIP]).active()
    return read_outlines(text, list(below.order_by("path")[:MOST_CHILDREN]))


def checked_number(number: str) -> str:
    """The review number without blanks. Raises Invalid saying why there must be one."""
    number = "".join(number.split())
    if not number:
        raise Invalid(WHY_NUMBER, {"number": WHY_NUMBER})
    if len(number) > 40 or not NUMBER.fullmatch(number):
        said = "审图号应写成“省的简称加字母，括号里四位年份，再加几号”，如“鲁S(2026)001号”；照批准书上的原样写。"
        raise Invalid(said, {"number": said})
    return number


def save_shapes(*, actor: Actor, unit: Unit, text: str, number: str, was: str = "") -> Outlines:
    """Keep the outlines in `text`, in place of those whose digest the actor saw (`was`; empty: there were none)."""
    require(actor, "units.manage", unit.path)
    found, number = check_outlines(unit, text), checked_number(number)
    digest = hashlib.sha256(found.geojson.encode()).hexdigest()[:16]
    facts = {
        "unit_path": unit.path, "geojson": found.geojson, "digest": digest, "review_number": number,
        "made_at": clock.now(), "made_by": actor.name[:40],
    }  # fmt: skip
    with transaction.atomic():
        if was:
            if not Shapes.objects.filter(unit=unit, digest=was).update(**facts):
                raise Stale(CHANGED)
        else:
            _create(unit, facts)
        _tell(actor, "更换地图图形" if was else "上传地图图形", unit, number, len(found.matched))
    return found


def remove_shapes(*, actor: Actor, unit: Unit, was: str) -> None:
    """Take the outlines away: the board shows the tree-map only, as before."""
    require(actor, "units.manage", unit.path)
    with transaction.atomic():
        held = Shapes.objects.filter(unit=unit, digest=was).defer("geojson").first()
        if held is None or not Shapes.objects.filter(unit=unit, digest=was).delete()[0]:
            raise Stale(CHANGED)
        _tell(actor, "删除地图图形", unit, held.review_number, 0)


def _create(unit: Unit, facts: dict[str, object]) -> None:
    try:
        with transaction.atomic():
            Shapes.objects.create(unit=unit, **facts)
    except IntegrityError:
        raise Stale(CHANGED) from None


def _tell(actor: Actor, verb: str, unit: Unit, number: str, outlines: int) -> None:
    write_entry(
        actor=actor, verb=verb, subject_type="unit", subject_id=unit.id, subject_name=unit.name,
        unit_path=unit.path, changes={"review_number": number, "outlines": outlines},
    )  # fmt: skip
