"""When within the period: first_week, term_opening, before_holiday, arrival_departure …"""

import re

WINDOWS = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (r"开学(?:后)?(?:的)?第?[一1]周|首周", "first_week"),
        (r"开学(?:前后|前|后|初|之初|第一)|学期初|期初|新学期", "term_opening"),
        (r"学期末|期末|学期结束", "term_end"),
        (r"放假(?:离校)?前|假期?前|节前|节假日(?:来临)?前|离校前|暑假前|寒假前|节假日放学", "before_holiday"),
        (r"(?:寒暑假|假期|暑期|节假日)期间", "during_holiday"),
        (r"上下学|上放学|入校离校|入园离园", "arrival_departure"),
        (r"放学(?:前|时|\d)", "departure"),
        (r"汛期", "flood_season"),
        (r"入冬前|冬季来临前|供暖前", "before_winter"),
        (r"年底前|年终", "year_end"),
    )
)


def find_window(text: str) -> tuple[str, str] | None:
    """The window that a chunk states and the words it was read from."""
    for pattern, name in WINDOWS:
        match = pattern.search(text)
        if match:
            return name, match.group()
    return None
