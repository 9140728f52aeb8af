"""How rhythms, deadlines and windows are said to a person."""

from datetime import date

from xiaoan.ground.calendar.periods import EVERY
from xiaoan.policies.book import Duty

WINDOWS = {
    "first_week": "限第一周", "term_opening": "限开学前后", "before_holiday": "限放假前", "arrival_departure": "上下学时段",
}  # fmt: skip
MEALS = {"daily": "每天", "weekly": "每周"}


def rhythm(duty: Duty) -> str:
    """每月 1 次，限第一周 / 12月31日前 / 保持 / 每次遇到后 3 天内."""
    if duty.kind == "recurring":
        text = "开学第一周 1 次" if duty.every == "term_first_week" else f"{EVERY[duty.every]} {duty.times} 次"
        window = WINDOWS.get(duty.window, "")
        return f"{text}，{window}" if window else text
    if duty.kind == "event":
        return f"发生后 {duty.within_days or 0} 天内"
    if duty.deadline:
        return day_words(duty.deadline) + "前"
    return "一直保持"


def day_words(day: date) -> str:
    """2026年12月31日: deadlines always name the year, because a plan runs over several."""
    return f"{day.year}年{day.month}月{day.day}日"
