"""Tasks of the demo: one to the sections with quarterly progress, one to all schools, in every state."""

import random
from collections.abc import Iterable
from datetime import date, timedelta

from xiaoan.ground.people.models import Post
from xiaoan.ground.people.rights import actor_for
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.obligations.models import Assignment
from xiaoan.obligations.tasks import accept, dispatch_task, hand_in, quarters_of, return_it, tell_quarter
from xiaoan.site.demo.places import Places


def build_tasks(rng: random.Random, places: Places) -> None:
    """The home county's officer dispatches; schools and a section answer; the officer accepts or returns."""
    officer = _actor(places.home.path, "county_officer")
    if officer is None:
        raise LookupError("the demo's county officer is missing")
    sections = places.home.children.filter(rank="department")
    today = clock.today()
    yearly = dispatch_task(
        actor=officer, unit=places.home, title="牵头落实校园安全三年行动年度任务", content="按分工推进，每季度报一次进度。",
        starts=date(today.year, 1, 1), due=date(today.year, 12, 31), targets={"ids": [str(s.id) for s in sections]},
        is_quarterly=True,
    )  # fmt: skip
    _tell_progress(Assignment.objects.filter(task=yearly).select_related("task", "unit"))
    asked = dispatch_task(
        actor=officer, unit=places.home, title="报送冬季消防自查情况", content="一段话说明自查情况和整改安排即可，不必另附表格。",
        starts=today - timedelta(days=12), due=today + timedelta(days=9), targets={},
    )  # fmt: skip
    for assignment in Assignment.objects.filter(task=asked).select_related("task", "unit").order_by("unit_path"):
        _answer(rng, officer, assignment)


def _tell_progress(assignments: Iterable[Assignment]) -> None:
    for assignment in assignments:
        actor = _actor(assignment.unit_path, "section_officer")
        if actor is None:
            continue
        for n, quarter in enumerate(quarters_of(assignment.task)[:-1], 1):
            tell_quarter(
                actor=actor, assignment=assignment, quarter=quarter, percent=25 * n,
                sentence="各项任务按计划推进，重点工作已完成阶段目标(演示)。",
            )  # fmt: skip


def _answer(rng: random.Random, officer: Actor, assignment: Assignment) -> None:
    lead = _actor(assignment.unit_path, "safety_director") or _actor(assignment.unit_path, "principal")
    if lead is None or rng.random() < 0.3:
        return
    hand_in(
        actor=lead,
        assignment=assignment,
        said="已对照清单自查，发现的小问题当场整改(演示)。",
        seconds=rng.randint(40, 120),
    )
    fresh = Assignment.objects.select_related("task", "unit").get(id=assignment.id)
    fate = rng.random()
    if fate < 0.6:
        accept(actor=officer, assignment=fresh)
    elif fate < 0.7:
        return_it(actor=officer, assignment=fresh, decision="请补充宿舍用电的自查情况(演示)。")


def _actor(path: str, role: str) -> Actor | None:
    post = Post.objects.current().filter(unit_path=path, role=role).select_related("unit", "person").first()
    return actor_for(post) if post else None
