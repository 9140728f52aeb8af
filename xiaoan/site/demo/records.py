"""A term's records: each school does most of what it owes, some late, some not at all."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from xiaoan.engines.files.services import store_file
from xiaoan.engines.sheets.catalogue import sheet
from xiaoan.engines.sheets.services import file_record
from xiaoan.ground.calendar.days import calendar_for
from xiaoan.ground.calendar.periods import STRICTNESS, periods
from xiaoan.ground.people.models import Post
from xiaoan.ground.people.rights import actor_for
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM, Actor
from xiaoan.kernel.errors import Invalid
from xiaoan.obligations.fitting import DELIVERABLE_SHEET, conditions
from xiaoan.policies.book import Duty, book
from xiaoan.site.demo.answers import answers_for
from xiaoan.site.demo.places import Places
from xiaoan.site.demo.profile import PROFILED, fit_profile

STATES = ("security_profile", "safety_standing")  # sheets whose latest record the measures read
# A demo needs no ten thousand patrols: frequent duties are recorded for the last days only.
# Most schools do all they owe; the few that do not are who the boards are for.
DILIGENCE = [1.0] * 6 + [0.997, 0.99, 0.97, 0.9]
RECENT = {"daily": timedelta(days=5), "weekly": timedelta(days=21)}


@dataclass(frozen=True)
class Plan:
    """One record to be: who, when, which sheet, for which duty."""

    day: date
    unit: Unit
    duty: Duty | None
    sheet: str


def build_records(rng: random.Random, places: Places, progress: Callable[[int, int], None]) -> int:
    """File the records of the running school year, day by day. Returns how many."""
    today = clock.today()
    start = date(today.year if today.month >= 9 else today.year - 1, 9, 1)
    plans = sorted(_plans(rng, places, start, today), key=lambda p: (p.day, p.unit.path, p.sheet))
    posts = Post.objects.current().select_related("unit", "person").order_by("role")
    actors = {a.unit_id: a for a in map(actor_for, posts) if a.may("records.write", a.scope) and a.unit_path == a.scope}
    made = 0
    for at in range(0, len(plans), 200):
        with transaction.atomic():
            made += sum(_file(rng, plan, actors.get(plan.unit.id, SYSTEM)) for plan in plans[at : at + 200])
        progress(min(at + 200, len(plans)), len(plans))
    return made


def _plans(rng: random.Random, places: Places, start: date, today: date) -> Iterator[Plan]:
    home = places.home.path
    for unit in [*places.schools, *places.units.values()]:
        diligence = rng.choice(DILIGENCE) if unit.is_school else 0.95
        # Far-away counties carry less, so that the demo is built in a minute.
        share = 1.0 if unit.path.startswith(home) else 0.8
        yield from _unit_plans(rng, unit, start, today, diligence, share)


def _unit_plans(
    rng: random.Random, unit: Unit, start: date, today: date, diligence: float, share: float
) -> Iterator[Plan]:
    if unit.is_school:
        for key in STATES:
            yield Plan(start + timedelta(days=rng.randint(3, 30)), unit, None, key)
    strictest: dict[str, Duty] = {}
    for duty in book().binding(unit.path, unit.facts()):
        if duty.kind == "recurring":
            kind = f"{duty.practice.key}/{duty.window}/{sorted(map(str, duty.counts.items()))}"
            strictest[kind] = min(strictest.get(kind, duty), duty, key=_strictness)
        elif (
            duty.kind == "deliverable"
            and (duty.deadline or duty.ends) <= today + timedelta(days=60)
            and rng.random() < diligence
        ):
            due = min(duty.deadline or duty.ends, today)
            yield Plan(max(start, due - timedelta(days=rng.randint(1, 50))), unit, duty, duty.practice.sheet)
    for duty in strictest.values():
        chance = diligence * (share if duty.every in RECENT else 1.0)
        yield from _period_plans(rng, unit, duty, start, today, chance)


def _strictness(duty: Duty) -> tuple[int, int]:
    return STRICTNESS.index(duty.every), -duty.times


def _period_plans(
    rng: random.Random, unit: Unit, duty: Duty, start: date, today: date, chance: float
) -> Iterator[Plan]:
    """The records of one recurring duty; the running period is half done, as it would be on any day."""
    since = max(start, today - RECENT[duty.every]) if duty.every in RECENT else start
    pupils = duty.practice.with_pupils
    for period in periods(duty.every, since, today, calendar_for(unit.path), with_pupils=pupils, window=duty.window):
        last = min(period.due, today)
        if period.start > today or (duty.season and last.month not in duty.season):
            continue
        for _ in range(duty.times):
            if rng.random() < chance * (0.6 if period.due > today else 1.0):
                yield Plan(_day_in(rng, max(start, period.start), last), unit, duty, duty.practice.sheet)


def _day_in(rng: random.Random, first: date, last: date) -> date:
    return max(first, last - timedelta(days=rng.randint(0, min(12, max(0, (last - first).days)))))


def _file(rng: random.Random, plan: Plan, actor: Actor) -> int:
    form, duty = sheet(plan.sheet), plan.duty
    if plan.unit.rank not in form.ranks:
        return 0
    wanted = [*duty.practice.where, *conditions(duty.counts)] if duty else []
    topics = [str(t) for t in duty.counts.get("topic", ())] if duty else []
    at = timezone.make_aware(
        datetime(plan.day.year, plan.day.month, plan.day.day, rng.randint(7, 16), rng.randint(0, 59))
    )
    at = min(at, clock.now())
    upload = partial(_upload, plan.unit, plan.day)
    answers = answers_for(rng, form, wanted, topics, plan.day, max(30, plan.unit.pupils), upload)
    if plan.sheet in PROFILED and plan.unit.is_school:
        answers = fit_profile(rng, answers, plan.unit)
    try:
        with clock.held_at(at):
            file_record(
                actor=actor, unit=plan.unit, sheet=plan.sheet, answers=answers, happened_at=at, source="demo",
                seconds=rng.randint(5, 12) if form.quick else rng.randint(18, 75), about=duty.key if duty and plan.sheet == DELIVERABLE_SHEET else "",
            )  # fmt: skip
    except Invalid as why:
        raise RuntimeError(f"{plan.sheet} {plan.duty and plan.duty.key}: {why.fields}") from why
    return 1


def _upload(unit: Unit, day: date) -> str:
    text = f"演示文件：{unit.name}，{day:%Y年%m月%d日}。内容为合成，仅供演示。\n"
    file = SimpleUploadedFile(f"{unit.name}-{day:%Y%m%d}.txt", text.encode(), "text/plain")
    return str(store_file(actor=SYSTEM, unit=unit, upload=file).id)
