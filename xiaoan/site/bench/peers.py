"""The four calls that were measured of other systems on data of this shape, and how we compare.

What others reach is held as a share of a plain Django view that was measured in the same hour on the same machine
(November 2026, 2 cores, 8 clients): so it can be set against the plain view of this run on any machine.
"""

from collections.abc import Callable
from typing import Any

from xiaoan.site.bench.cases import Case
from xiaoan.site.bench.people import Asker

SHAPE = {"schools": 2000, "months": 1, "counties": 136, "scale": 0.91, "hazards": 200_000}  # 200,000 records
# call -> requests a second of (plain view, CISO Assistant, DefectDojo), and how many times theirs we want
MEASURED = {
    "本县列表": ((312, 7.6, 11.1), (30, 20)),
    "一条": ((796, 23, 25), (20, 20)),
    "新建": ((529, 69, 25), (2.5, 7)),
}
NAMES = ("CISO Assistant", "DefectDojo")
FIGURES_WANTED = 50  # times the GROUP BY


def peer_cases(people: dict[str, Asker], record: Any) -> dict[str, Case]:
    """The reads, by the name of the call."""
    county, province = people["county"], people["province"]
    return {
        "本县列表": Case("本县列表", county, "/api/records/", f"/rows/?{county.scope}&count="),
        "全省列表": Case("全省列表", province, "/api/records/", f"/rows/?{province.scope}&count="),
        "一条": Case("一条", county, f"/api/records/{record}/", f"/rows/{record}/"),
        "全省数字": Case("全省数字", province, "/api/records/counts/", f"/counted/?path={province.unit.path}"),
    }


def peer_hazards(people: dict[str, Asker], hazard: Any) -> dict[str, Case]:
    """The same calls on hazards."""
    county, province = people["county"], people["province"]
    return {
        "本县列表": Case("隐患 本县列表", county, "/api/hazards/", f"/hazards/?{county.scope}&count="),
        "全省列表": Case("隐患 全省列表", province, "/api/hazards/", f"/hazards/?{province.scope}&count="),
        "一条": Case("隐患 一件", county, f"/api/hazards/{hazard}/", f"/hazards/{hazard}/"),
        "全省数字": Case(
            "隐患 全省数字", province, "/api/hazards/counts/", f"/hazards/counted/?path={province.unit.path}"
        ),
    }


def compare(told: dict[str, dict[str, Any]], say: Callable[[str], Any]) -> None:
    """Say how many times each peer's rate ours is, by way of the plain view."""
    for call, ((plain, *theirs), wanted) in MEASURED.items():
        found = told[call]
        times = [found["ours"]["rate"] / (found["plain"]["rate"] * rate / plain) for rate in theirs]
        text = "，".join(f"{name} 的 {t:.1f} 倍（想要 {w}）" for name, t, w in zip(NAMES, times, wanted, strict=True))
        say(f"{call}：是普通视图的 {found['ratio']} 倍，折合 {text}")
    figures = told["全省数字"]
    say(
        f"全省数字：单个客户端比 GROUP BY 快 {figures['plain']['p50'] / figures['ours']['p50']:.0f} 倍（想要 {FIGURES_WANTED}）"
    )
