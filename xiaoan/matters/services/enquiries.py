"""Enquiries: anybody asks a unit, without an account, and reads the answer through a private link."""

import secrets
from datetime import timedelta

from django.db import transaction

from xiaoan.ground.norms.queries import norm
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock, wall
from xiaoan.kernel.actor import SYSTEM
from xiaoan.kernel.errors import Invalid, NotKnown
from xiaoan.matters.models import Matter
from xiaoan.matters.models.cases import CONTENT
from xiaoan.matters.services.cases import confirm, redo, report_matter

BATCH = 500


def ask(*, unit: Unit, words: str, name: str = "", contact: str = "") -> Matter:
    """A parent, teacher or passer-by asks the unit. The token of the answer's private link is on the matter."""
    if len(words.strip()) < 5:
        raise Invalid("请把想问的事写清楚一点。", {"words": "请把想问的事写清楚一点。"})
    with wall.opened():
        return report_matter(
            actor=SYSTEM, unit=unit, kind_key="enquiry", words=words, reporter=name.strip() or "未留姓名",
            contact=contact, token=secrets.token_urlsafe(32),
        )  # fmt: skip


def find_by_token(token: str) -> Matter:
    """The enquiry behind a private link. Raises NotKnown."""
    found: Matter | None = (
        Matter.objects.filter(token=token).select_related("unit").first() if len(token) >= 40 else None
    )
    if found is None:
        raise NotKnown("没有这条咨询，请检查链接是否完整。")
    return found


def judge(*, matter: Matter, content: int, words: str = "", seen: int | None = None) -> Matter:
    """Who asked says how satisfied they are. Not satisfied, with a reason, opens it again."""
    if content not in CONTENT:
        raise Invalid("请选择满意、基本满意或不满意。", {"content": "请选择满意程度。"})
    if content == 3:
        return redo(actor=SYSTEM, matter=matter, words=words, seen=seen)
    return confirm(actor=SYSTEM, matter=matter, content=content, words=words, seen=seen)


def close_quiet() -> int:
    """Close what was answered long enough ago and nobody objected to (a job calls it daily). Returns how many."""
    rows = Matter.objects.filter(state="answered", family="enquiry", answered_at__lt=clock.now() - timedelta(days=3))
    closed = 0
    for matter in rows.select_related("unit", "partner", "spot").order_by("id")[:BATCH]:
        days = timedelta(days=norm("matters.quiet_days", matter.unit_path))
        if matter.answered_at and matter.answered_at < clock.now() - days:
            with transaction.atomic():
                confirm(actor=SYSTEM, matter=matter)
            closed += 1
    return closed
