"""How documents and publications are said on pages."""

from datetime import date

from django.template import Library

from xiaoan.policies.models import Publication, PublicationState
from xiaoan.policies.pages import TIERS

register = Library()
STATE_KEYS = {PublicationState.PREPARING: "due", PublicationState.IN_FORCE: "go", PublicationState.ENDED: "na"}


@register.filter
def tier_word(tier: str) -> str:
    """The hollow tag of a document's tier."""
    return TIERS.get(tier, "部门")


@register.filter
def state_key(publication: Publication) -> str:
    """The mark of a publication's state."""
    return STATE_KEYS[PublicationState(publication.state)]


@register.filter
def adopted(publication: Publication) -> str:
    """沿用到2026年，各项日期顺延4年; nothing where the dates are as written."""
    years = publication.shift_years
    moved = f"顺延{years}年" if years > 0 else f"提前{-years}年"
    return f"沿用到{publication.ends.year}年，各项日期{moved}" if years else ""


@register.filter
def full_day(day: date | None) -> str:
    """2026年6月30日: dates of documents always name the year."""
    return f"{day.year}年{day.month}月{day.day}日" if day else "没有写明"
