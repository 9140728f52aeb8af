"""Units of the demo: real divisions, invented schools."""

import json
import random
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings

from xiaoan.ground.calendar.models import Term
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.services import create_unit
from xiaoan.kernel.actor import SYSTEM

# (county, its city, province, how many townships, schools per township)
COUNTIES = [
    ("370812", "兖州区", "370800", "370000", 8, 5),
    ("370811", "任城区", "370800", "370000", 2, 3),
    ("370881", "曲阜市", "370800", "370000", 2, 3),
    ("370402", "市中区", "370400", "370000", 1, 3),
    ("410184", "新郑市", "410100", "410000", 3, 3),
    ("430203", "芦淞区", "430200", "430000", 3, 3),
]
CITIES = {"370800": "济宁市", "370400": "枣庄市", "410100": "郑州市", "430200": "株洲市"}
PROVINCES = {"370000": "山东省", "410000": "河南省", "430000": "湖南省"}
WORDS = [
    "青禾", "云栖", "白鹭", "松石", "望湖", "河湾", "柳溪", "石桥", "南塘", "东陵", "晨光", "启明", "星河", "春晖", "明德", "博雅", "知行",
    "思源", "和畅", "长风", "清泉", "凤栖", "槐荫", "梅岭",
]  # fmt: skip
KINDS = [("primary", "小学", "21"), ("kindergarten", "幼儿园", "11"), ("junior", "初级中学", "31"),
         ("primary", "实验小学", "21"), ("nine_year", "九年一贯制学校", "31"), ("senior", "高级中学", "34"),
         ("vocational", "职业中专", "36"), ("special", "特殊教育学校", "51"), ("training", "艺术培训中心", "93")]  # fmt: skip
SECTIONS = ["安全科", "基础教育科", "体卫艺科"]
PARTNERS = [("police", "公安局"), ("fire", "消防救援大队"), ("market", "市场监管局")]


@dataclass
class Places:
    """Units of the demo by name of county; `home` is the county whose people sign in."""

    units: dict[str, Unit]
    schools: list[Unit]

    @property
    def home(self) -> Unit:
        return self.units["370812"]

    def school(self) -> Unit:
        """The school whose people sign in: the first primary school of the home county."""
        home = self.home.path
        return next(s for s in self.schools if s.path.startswith(home) and s.kind == "primary")


def build_places(rng: random.Random) -> Places:
    """Provinces, cities, counties, townships, departments, partner bodies and schools."""
    places = Places({}, [])
    for code, name, city, province, towns, size in COUNTIES:
        top = _ensure(places, province, PROVINCES[province], None, "province")
        middle = _ensure(places, city, CITIES[city], top, "city")
        county = _ensure(places, code, name, middle, "county")
        for town_code, town_name in _townships(code)[:towns]:
            town = create_unit(actor=SYSTEM, parent=county, rank="township", name=town_name, division=town_code)
            for n in range(size):
                places.schools.append(
                    _school(rng, town, KINDS[n % 3 if n < 3 else rng.randrange(3, 5)], len(places.schools))
                )
        for n in range(2 if size > 4 else 1):
            places.schools.append(_school(rng, county, KINDS[5 + n], len(places.schools)))
    for section in SECTIONS:
        create_unit(actor=SYSTEM, parent=places.home, rank="department", name=section)
    for kind, name in PARTNERS:
        create_unit(actor=SYSTEM, parent=places.home, rank="partner", kind=kind, name=f"{places.home.name}{name}")
    places.schools.append(_school(rng, places.home, KINDS[8], len(places.schools)))
    _terms(places)
    return places


def _ensure(places: Places, code: str, name: str, parent: Unit | None, rank: str) -> Unit:
    if code not in places.units:
        places.units[code] = create_unit(
            actor=SYSTEM, parent=parent, rank=rank, name=name, short=name, division=code, is_synthetic=False
        )
    return places.units[code]


def _townships(county: str) -> list[tuple[str, str]]:
    path = settings.BASE_DIR / "build" / "divisions.json"
    rows = json.loads(path.read_text(encoding="utf-8"))["townships"]
    return [(code, name) for code, name in rows if code.startswith(county)]


def _school(rng: random.Random, parent: Unit, kind: tuple[str, str, str], n: int) -> Unit:
    key, name, category = kind
    pupils = {"kindergarten": 240, "primary": 820, "senior": 2400, "special": 90, "training": 120}.get(key, 1100)
    pupils = int(pupils * rng.uniform(0.5, 1.6))
    boarders = pupils // 3 if key in ("junior", "nine_year", "senior", "vocational") and rng.random() < 0.6 else 0
    has = [
        f
        for f, chance in (("canteen", 0.8), ("bus", 0.3), ("laboratory", 0.0 if key == "kindergarten" else 0.6))
        if rng.random() < chance
    ]
    facts: dict[str, Any] = {
        "kind": key, "pupils": pupils, "boarders": boarders, "staff": max(6, pupils // 14),
        "classes": max(3, pupils // 42), "has": has + (["boarding"] if boarders else []),
        "identifier": f"{category}{parent.division[:2] or '37'}{900000 + n}", "is_synthetic": True,
    }  # fmt: skip
    word = WORDS[n % len(WORDS)] + ("" if n < len(WORDS) else "第" + "二三四五六七八"[n // len(WORDS) - 1])
    return create_unit(actor=SYSTEM, parent=parent, rank="school", name=word + name, **facts)


def _terms(places: Places) -> None:
    """Terms of three school years at each province."""
    for code in PROVINCES:
        unit = places.units[code]
        for year in (2024, 2025, 2026):
            name = f"{year}—{year + 1}学年"
            for part, starts, ends in (
                (1, date(year, 9, 1), date(year + 1, 1, 22)), (2, date(year + 1, 2, 24), date(year + 1, 7, 8)),
            ):  # fmt: skip
                Term.objects.create(
                    unit=unit, unit_path=unit.path, key=f"{year}-{year + 1}-{part}",
                    name=name + ("第一学期" if part == 1 else "第二学期"), starts=starts, ends=ends,
                )  # fmt: skip
