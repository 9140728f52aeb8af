"""States of a duty for a unit or for all units below one, from figures and days alone."""

from datetime import date, timedelta

OK, GO, DUE, LATE, NA = "ok", "go", "due", "late", "na"
NAMES = {OK: "已落实", GO: "推进中", DUE: "将到期", LATE: "逾期", NA: "未到期"}
WORST = [LATE, DUE, GO, NA, OK]  # worst first


def state_of(done: int, owed: int, due: date | None, on: date, warn_days: int) -> str:
    """ok when nothing is open; late after the due day; due within the warning days; else go."""
    if owed and done >= owed:
        return OK
    if due is None:
        return GO if owed else NA
    if on > due:
        return LATE
    return DUE if on >= due - timedelta(days=warn_days) else GO


def worst(states: list[str]) -> str:
    """The worst of several states; na for none."""
    return min(states, key=WORST.index, default=NA)
