"""What waits for a teacher, the counsellor, the duty person and the school's leads."""

from django.urls import reverse

from xiaoan.engines.ui.waiting import Waiting
from xiaoan.ground.people.roles import SCHOOL_LEADS
from xiaoan.kernel.actor import Actor
from xiaoan.officers.models import Report
from xiaoan.officers.seeing import concerns_for, is_on_duty, own_groups


def waiting(actor: Actor) -> list[Waiting]:
    """Nothing for those outside a school. A concern is counted for its two readers only."""
    if not actor.holds("suspicions.handle") or not actor.unit_path:
        return []
    reports = reverse("officers:reports")
    found = [Waiting("安全员刚报来的", _new_for(actor), f"{reverse('officers:groups')}?whose=mine", "users")]
    told = concerns_for(actor).filter(state="told").count()
    found.append(Waiting("私下报告的关心事项", told, reverse("officers:concerns"), "heart"))
    if is_on_duty(actor):
        rows = Report.objects.filter(unit_path=actor.unit_path, kind="suspicion", handled_at__isnull=True)
        found.append(Waiting("可疑情况待处理", rows.count(), f"{reports}?kind=suspicion", "alert-triangle"))
    if actor.role in SCHOOL_LEADS:
        rows = Report.objects.filter(unit_path=actor.unit_path, sent_at__isnull=False, taken_at__isnull=True)
        found.append(Waiting("班级报送的台账待签收", rows.count(), f"{reports}?sent=yes", "inbox"))
    return found


def _new_for(actor: Actor) -> int:
    return Report.objects.filter(group__in=own_groups(actor), seen_at__isnull=True).count()
