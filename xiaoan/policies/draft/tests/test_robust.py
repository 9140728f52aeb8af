"""Any text gives a draft: no error, no runaway time."""

import random
import re
import time

import pytest

from xiaoan.policies.draft import draft_text

PIECES = (
    "每",
    "每月",
    "每年",
    "每学期",
    "2024年",
    "6月",
    "底前",
    "30日",
    "至",
    "、",
    "，",
    "。",
    "；",
    "：",
    "（",
    "）",
    "“",
    "”",
    "《",
    "》",
    "一、",
    "（一）",
    "1.",
    "①",
    "第一条",
    "\n",
    "\t",
    " ",
    "　",
    "开展",
    "学校",
    "检查",
    "即日起",
    "99月",
    "2月31日",
    "〔2024〕",
    "1530",
    "完成时限：",
    "的",
    "一月一",
    "\u200b",
    "\x00",
    "😀",
    "—3—",
    "上半年",
    "次年",
    "各",
    "不少于",
    "次",
    "二〇",
    "十",
    "月月",
)


@pytest.mark.parametrize("seed", range(150))
def test_any_text_gives_a_draft_with_true_places(seed: int) -> None:
    chance = random.Random(seed)
    text = "".join(chance.choice(PIECES) for _ in range(chance.randrange(0, 220)))
    size = len(re.sub(r"\s+", "", text))
    for clause in draft_text(text).clauses:
        for requirement in clause.requirements:
            assert 0 <= requirement.start < requirement.end <= size


@pytest.mark.parametrize("text", ["", " ", "\n", "\ufeff", "。", "（", "一、", "每", "2024年", "\t\t", "附件"])
def test_almost_nothing_gives_a_draft(text: str) -> None:
    draft_text(text)


@pytest.mark.parametrize(
    "unit",
    ["每月、", "3月至", "（", "《", "“", "一、\n", "寒暑假、", "2024年6月底前，", "每月开展检查。", "发现", "第一"],
)
def test_ten_times_the_text_is_not_a_hundred_times_the_work(unit: str) -> None:
    small, large = (_seconds(unit * (size // len(unit))) for size in (8_000, 80_000))
    # Ten times is linear; forty leaves room for a busy machine and still catches a square.
    assert large < 40 * small + 1.0


def _seconds(text: str) -> float:
    began = time.perf_counter()
    draft_text(text)
    return time.perf_counter() - began
