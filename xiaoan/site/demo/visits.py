"""One visit of the demo, told day by day: filled in by its inspectors, fed back, put right, checked again, evaluated."""

from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from xiaoan.engines.files.services import store_file
from xiaoan.ground.people.models import Post
from xiaoan.ground.people.rights import actor_for
from xiaoan.ground.units.models import Unit
from xiaoan.hazards.queries import hazards_of
from xiaoan.inspections import parts, visits
from xiaoan.inspections.flows import VISIT
from xiaoan.inspections.lines import lines_of_visit
from xiaoan.inspections.models import Visit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.site.demo import hazards
from xiaoan.site.demo.hazards import Story, at, moment
from xiaoan.site.demo.people import who
from xiaoan.site.demo.scenes import scene, signature

FOUND = {
    "C02-10": ("西侧楼梯间堆放清洁工具，通道变窄", "corridor"),
    "C02-13": ("二层应急照明灯两盏不亮", "detector"),
    "C02-06": ("三层一具灭火器压力不足", "corridor"),
}  # fmt: skip
RIGHT = ["C02-01", "C02-04", "C02-07", "C02-09", "C02-12", "C02-14", "C02-18", "C02-22", "C09-01", "C09-02", "C09-04"]


def closed(visit: Visit, ago: int, fails: Sequence[str]) -> None:
    """Held, put right with its hazards, checked again and evaluated."""
    held(visit, ago, fails)
    if fails:
        for hazard in hazards_of(VISIT.key, visit.id):
            story = Story(
                visit.place, hazard.words, hazard.place, hazard.item, FOUND[hazard.item][1], "inspection", hazard=hazard
            )
            steps = [
                (ago, 15, hazards.judge),
                (ago - 1, 9, hazards.assign),
                (ago - 2, 16, hazards.hand_in),
                (ago - 3, 9, hazards.verify),
            ]
            hazards.tell(story, steps)
        head = who(visit.place.path, "principal")
        at(ago - 3, 11, visits.fix, actor=head, visit=visit, fix_words="逐项整改完成，隐患已验收销号")
        at(ago - 4, 10, visits.check, actor=head_of(visit), visit=visit, check_words="到现场看过，已改好")
    at(ago - 5, 9, visits.evaluate, actor=head_of(visit), visit=visit, evaluation="整改及时，措施到位")


def held(visit: Visit, ago: int, fails: Sequence[str]) -> None:
    for part in visit.parts.order_by("-is_head"):
        at(ago, 10, fill, actor=acting(part.person_id), visit=visit, fails=fails)
    feed_back(visit, ago, "总体较好，反馈的问题请按期整改" if fails else "现场检查没有发现问题")


def fill(actor: Actor, visit: Visit, fails: Sequence[str], right: Sequence[str] = RIGHT) -> None:
    """One inspector's answers; who heads the visit adds the pictures."""
    is_head = actor.person_id == visit.head_id
    known = set(lines_of_visit(visit))
    answers: dict[str, Any] = {key: {"result": "pass"} for key in right if key in known}
    for key in fails:
        words, picture = FOUND.get(key, ("疏散通道堆放杂物", "corridor"))
        photos = [_file(actor, "现场照片（演示）.jpg", scene(picture))] if is_head else []
        answers[key] = {"result": "fail", "note": words, "photos": photos}
    is_done = visit.state == "planned" or not is_head
    parts.save_part(actor=actor, visit=visit, answers=answers, is_done=is_done, seconds=900)
    visit.refresh_from_db()


def feed_back(visit: Visit, ago: int, opinion: str) -> None:
    head = head_of(visit)
    with clock.held_at(moment(ago, 11)):
        for side, signer in (("head", ""), ("place", "现场负责人（演示）")):
            visits.sign(
                actor=head, visit=visit, side=side, file=_file(head, "签名（演示）.jpg", signature()), signer=signer
            )
        visits.finish(actor=head, visit=visit, opinion=opinion, has_all=True)
    visit.refresh_from_db()


def _file(actor: Actor, name: str, body: bytes) -> Any:
    own = Unit.objects.get(path=actor.scope)
    return str(store_file(actor=actor, unit=own, upload=SimpleUploadedFile(name, body, "image/jpeg")).id)


def head_of(visit: Visit) -> Actor:
    return acting(visit.head_id)


def acting(person_id: Any) -> Actor:
    """Somebody in their first post."""
    return actor_for(Post.objects.filter(person_id=person_id).select_related("unit", "person").order_by("id")[0])


def has_leads(school: Unit) -> bool:
    """Whether one can put right and another verify."""
    return Post.objects.filter(unit=school, role__in=["principal", "safety_director"]).count() == 2
