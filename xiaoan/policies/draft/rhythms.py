"""How often: 每月, 每学期开学第一周, 一月一排查, 日管控、周排查, 两次/学年, 上下学时段 …

Only words of time after 每 make a rhythm, so 每名教师 and 每所学校 make none.
"""

import re
from collections.abc import Callable, Iterable

from .mentions import Rhythm
from .numerals import NUMBER, read_number

Reader = Callable[[re.Match[str]], Rhythm | None]

UNITS = {
    "天": "daily",
    "日": "daily",
    "周": "weekly",
    "星期": "weekly",
    "礼拜": "weekly",
    "旬": "ten_days",
    "月": "monthly",
    "季": "quarterly",
    "季度": "quarterly",
    "学期": "per_term",
    "半年": "half_yearly",
    "半月": "half_month",
    "半个月": "half_month",
    "年": "yearly",
    "学年": "yearly",
    "年度": "yearly",
}
# Days or months in a unit, for spans of several; a term is neither.
DAYS = {"daily": 1, "weekly": 7, "ten_days": 10, "half_month": 15}
MONTHS = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}
UNIT = r"(?:学期|学年|半年|半个?月|季度|年度|星期|礼拜|[天日周旬月季年])"
# 每年级, 每周边, 每日常 are other words.
NOT_UNIT = r"(?!级|龄|段|轻|边|围|密|期性|节性|份额|常)"
COUNT = rf"(?P<n>{NUMBER})\s*(?:次|遍|轮|场|回|节课?|课时|学时)"
# At or above the one a rhythm is in so many words; at or below the other it is only implied.
STATED, IMPLIED = 0.85, 0.6
COUNTED = re.compile(rf"(?:至少|不少于|不低于)?(?:各|分别)?{COUNT}")
WEEKDAYS = dict(
    zip(
        "一二三四五六日天",
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "sunday"),
        strict=True,
    )
)


def find_rhythms(text: str) -> list[Rhythm]:
    """The rhythms in one sentence, in order; where two claim the same words the earlier rule has them."""
    if len(text) < 2:
        return []
    signs_here = set(text)
    if SIGNS.isdisjoint(signs_here):
        return []
    found: list[Rhythm] = []
    taken = bytearray(len(text))
    for signs, pattern, reader in RULES:
        if signs.isdisjoint(signs_here):
            continue
        for match in pattern.finditer(text):
            rhythm = reader(match)
            if rhythm and not any(taken[rhythm.start : rhythm.end]):
                taken[rhythm.start : rhythm.end] = b"\x01" * (rhythm.end - rhythm.start)
                found.append(rhythm)
    return _without_implied(text, sorted(found, key=lambda r: r.start))


def _without_implied(text: str, found: list[Rhythm]) -> list[Rhythm]:
    """陪餐 or 晨检 alone means daily; not beside words that say how often: 每月陪餐一次."""
    stated = [r for r in found if r.confidence >= STATED]
    return [
        r
        for r in found
        if r.every != "daily" or r.confidence > IMPLIED or not any(_share_chunk(text, r, s) for s in stated)
    ]


def _share_chunk(text: str, one: Rhythm, other: Rhythm) -> bool:
    first, second = sorted((one, other), key=lambda r: r.start)
    return not any(c in "，；。" for c in text[first.end : second.start])


def _whole(match: re.Match[str], every: str, times: int | None, window: str | None, confidence: float) -> Rhythm:
    # core is what tells the time, where the pattern had to look at the verb before it.
    core = "core" if "core" in match.re.groupindex else 0
    return Rhythm(match.start(core), match.end(core), every, times, window, confidence)


def _fixed(every: str, window: str | None = None, confidence: float = 0.8, times: int | None = None) -> Reader:
    return lambda match: _whole(match, every, times, window, confidence)


def _read_each(match: re.Match[str]) -> Rhythm | None:
    """每(两|半)?(个)?月…, with the window that follows it."""
    unit = UNITS[match["unit"]]
    every, times = _several(unit, read_number(match["span"] or "一") or 1)
    # 贯穿每一天 is a manner of speaking.
    if every is None or (
        match["span"] == "一" and re.search(r"(?:贯穿|于|到|在|好)$", match.string[: match.start()][-3:])
    ):
        return None
    return _whole(match, every, times, None, 0.95)


def _several(unit: str, span: int) -> tuple[str | None, int | None]:
    """A span of several units, as the nearest rhythm that we keep and how often within it.

    Rarer than yearly has no word in our list, and a stricter one would be a lie: None.
    """
    if unit in DAYS:
        return _of_days(DAYS[unit] * span)
    if span == 1:
        return unit, None
    if unit in MONTHS:
        return _of_months(MONTHS[unit] * span)
    return None, None


def _of_days(days: int) -> tuple[str | None, int | None]:
    if days in (1, 7):
        return ("daily" if days == 1 else "weekly"), None
    for every, length in (("weekly", 7), ("monthly", 30), ("yearly", 365)):
        if 0 < days <= length:
            return every, max(1, length // days)
    return None, None


def _of_months(months: int) -> tuple[str | None, int | None]:
    whole = {1: "monthly", 3: "quarterly", 6: "half_yearly", 12: "yearly"}.get(months)
    if whole or not 0 < months < 12:
        return whole, None
    return "yearly", 12 // months


def _read_term_start(match: re.Match[str]) -> Rhythm:
    return _whole(match, "term_first_week", None, "first_week", 0.95)


def _read_weekday(match: re.Match[str]) -> Rhythm:
    return _whole(match, "weekly", None, WEEKDAYS[match["day"]], 0.95)


def _read_months(match: re.Match[str]) -> Rhythm:
    """每年3月和9月: yearly, as often as there are months."""
    months = re.findall(rf"({NUMBER})月", match["months"])
    numbers = [n for n in (read_number(m) for m in months) if n]
    window = ",".join(f"month_{n}" for n in numbers)
    return _whole(match, "yearly", len(numbers) if len(numbers) > 1 else None, window or None, 0.9)


def _read_month_day(match: re.Match[str]) -> Rhythm:
    return _whole(match, UNITS[match["unit"]], None, f"by_day_{read_number(match['day'])}", 0.9)


def _read_one_one(match: re.Match[str]) -> Rhythm | None:
    """一月一排查, 一日两提醒, 半年一次."""
    every, times = _several(UNITS[match["unit"]], 1)
    count = read_number(match["n"]) or 1
    if every is None:
        return None
    return _whole(match, every, count * (times or 1), None, 0.9)


def _read_ratio(match: re.Match[str]) -> Rhythm | None:
    """两次/学年, 1次/周."""
    every, times = _several(UNITS[match["unit"]], 1)
    count = read_number(match["n"]) or 1
    return _whole(match, every, count * (times or 1), None, 0.9) if every else None


def _read_span_once(match: re.Match[str]) -> Rhythm | None:
    """两周一次, 三个月一次, 一年两次."""
    unit = match["unit"] or match["unit2"]
    every, times = _several(UNITS[unit], read_number(match["span"]) or 1)
    count = read_number(match["n"]) or 1
    return _whole(match, every, count * (times or 1), None, 0.9) if every else None


def _read_by(match: re.Match[str]) -> Rhythm | None:
    every, times = _several(UNITS[match["unit"]], 1)
    return _whole(match, every, times, None, 0.85) if every else None


def _read_short(match: re.Match[str]) -> Rhythm | None:
    """日管控、周排查、月调度."""
    every, times = _several(UNITS[match["unit"]], 1)
    return _whole(match, every, times, None, 0.75) if every else None


def _rules(rows: Iterable[tuple[str, str, Reader]]) -> tuple[tuple[frozenset[str], re.Pattern[str], Reader], ...]:
    return tuple((frozenset(signs), re.compile(pattern), reader) for signs, pattern, reader in rows)


MONTH = rf"{NUMBER}月(?:份|底|末|初|上旬|中旬|下旬)?"
HOLIDAY = r"(?:寒暑假|节假日|小长假|法定假日|重大节日|重要节日|传统节日|节日|长假|假期|寒假|暑假|暑期|双休日|元旦|春节|清明|五一|端午|中秋|国庆)(?:节|假期)?"
HOLIDAYS = rf"{HOLIDAY}(?:[、和及与或]{{1,2}}{HOLIDAY}){{0,6}}(?:等)?(?:假期|重要时段|重点时段|重要节点|重点节点|时段|节点|有利时机|时机)?"
HOLIDAY_USE = r"(?:前夕|前后|前|期间|来临|到来|放假|放学|离校|时段|时间)"
HOLIDAY_WORK = r"(?:提醒|值班|带班|值守|巡查|巡逻|检查|排查|安全教育)"
OPENING = r"开学(?:前后|前|后|初|之初|伊始|之际|之前|期间|第一课|第一天|首日|时|季(?=[^、，]{0,8}(?:检查|排查|教育|演练|自查|督查|培训|第一课))|(?=[^，。；]{0,12}(?:关键|重要|重点|特殊)(?:时间)?(?:节点|时段|时期)))"
THEME = r"(?:营养日|爱眼日|爱牙日|避险日|反恐日|宣传周|安全教育日|消防日|宣传日|减灾日|宪法日|国防教育日|国家安全日|禁毒日|生产月|宣传月|教育月|活动月|宣传周|教育周|活动周|减灾周)"

FEAST = "假节暑休旦明五端秋庆"

# Signs, pattern, reader: a sentence with none of the signs cannot match, and most have none.
RULES = _rules(
    (
        ("每", r"每(?:个)?学期(?:的)?(?:开学)?(?:的)?(?:第[一1]周|首周|[一1]周内)", _read_term_start),
        ("开", r"开学(?:后)?(?:的)?(?:第[一1]周|首周|[一1]周(?:之)?内)", _read_term_start),
        (
            "开",
            rf"(?:春|秋|春季|秋季)?开学(?:后)?(?:的)?(?:{NUMBER})个?(?:周|星期|月|天|日)(?:之)?内",
            _fixed("per_term", "term_opening", 0.75),
        ),
        ("次", rf"次月(?:(?:上旬|中旬|初|{NUMBER}[日号])(?:之?前)?|底前?)", _fixed("monthly", None, 0.8)),
        (
            "每",
            r"每(?:个)?(?:学期)?(?:期)?(?:初|开学初)[、和与及](?:期中[、和与及])?(?:学期末|期末|末)",
            _fixed("per_term", "term_opening", 0.9, 2),
        ),
        ("期", r"(?:每个?学期(?:的)?|学期)期?初[、和与及]?(?:学期|期)?末", _fixed("per_term", "term_opening", 0.9, 2)),
        (
            "每",
            r"每个?学期(?:的)?(?:开学|新学期)?(?:前后|之前|之初|前|初|伊始|开始)",
            _fixed("per_term", "term_opening", 0.95),
        ),
        ("每", r"每个?学期(?:的)?(?:结束|放假|期)?(?:末|前)", _fixed("per_term", "term_end", 0.9)),
        ("每", r"每(?:个)?(?:周|星期|礼拜)[一1](?:至|到|—)(?:周|星期)?[五5]", _fixed("daily")),
        (
            "每逢",
            r"(?:每个?|逢)(?:周|星期|礼拜)(?P<day>[一二三四五六日天])(?![次节课]|轮|个|查|报|调|会|研)",
            _read_weekday,
        ),
        (
            "每",
            rf"每(?:年|学年|年度)(?:的)?(?:在|于)?(?P<months>{MONTH}(?:[、和与及—至到]{MONTH}){{0,5}})(?:{NUMBER}[日号])?(?:前|之前|内|期间)?",
            _read_months,
        ),
        (
            "每",
            rf"每(?:个)?(?P<unit>月|季度|学期)(?:的)?(?:首月|末月|第一个月)?(?:的)?(?P<day>{NUMBER})[日号](?:之前|以前|前)?",
            _read_month_day,
        ),
        ("每", rf"每(?:间?隔)?(?P<span>{NUMBER})?个?(?P<unit>{UNIT}){NOT_UNIT}", _read_each),
        (
            "每",
            r"每(?:个)?(?:工作日|上学日|教学日|上课日|在校日|晚|晚上|夜|早|餐|顿|课间)(?:前|后)?",
            _fixed("daily", None, 0.85),
        ),
        (
            "每",
            rf"每(?:次|趟|班次|批次|节课|起|例|一次)(?!(?:时间|时长|活动)?(?:约|为|以|不少于|不超过|不低于|至少|控制在)?{NUMBER})",
            _fixed("per_event", None, 0.7),
        ),
        (
            FEAST,
            rf"(?:每逢|逢|每个|每到|在|于|利用)(?:重大|重要|法定|国家|各个|各|主要)?{HOLIDAYS}{HOLIDAY_USE}?",
            _fixed("holiday", "before_holiday", 0.85),
        ),
        (FEAST, rf"{HOLIDAYS}(?:学生)?{HOLIDAY_USE}", _fixed("holiday", "before_holiday", 0.75)),
        (FEAST, rf"{HOLIDAYS}(?=[^，。；：、〓]{{0,10}}{HOLIDAY_WORK})", _fixed("holiday", None, 0.6)),
        (
            "前",
            r"(?:放假|离校)(?:离校|放假)?之?前|(?<![环季时情细])(?:节|假)前(?!的)",
            _fixed("holiday", "before_holiday", 0.7),
        ),
        ("/／每", rf"(?P<n>{NUMBER})次?(?:课时|学时)?[/／每](?P<unit>{UNIT})(?![0-9])", _read_ratio),
        (
            "次",
            rf"(?P<span>[两双二三四五六十]|\d{{1,2}})(?:个?(?P<unit>{UNIT})|(?P<unit2>$))(?:不少于|至少)?(?P<n>[一两二三四1-9])次",
            _read_span_once,
        ),
        (
            "一1",
            rf"(?<![十〇零第0-9])(?:[一1]个?)(?P<unit>{UNIT})(?:之内|内)?(?:不少于|至少)?(?P<n>[一两二三四五六1-9])(?!度|季|餐|[十〇0-9]|[日月号年天—至])",
            _read_one_one,
        ),
        (
            "半",
            r"(?<![上下])(?P<unit>半年|半月)(?:不少于|至少)?(?P<n>[一两二三1-9])(?!度|[十〇]|[日月号年天])",
            _read_one_one,
        ),
        ("半", r"上半年(?:和|与|、|及)下半年(?:各|分别)", _fixed("half_yearly", None, 0.9)),
        ("逐按", rf"(?:逐|按)(?P<unit>{UNIT})(?!期|龄|级|份|边|程)", _read_by),
        ("双单隔", r"(?:每逢|逢)?(?:双|单|隔)月", _fixed("yearly", None, 0.8, 6)),
        ("日天", r"(?:日日|天天)(?!讲|抓|有|喊)", _fixed("daily", None, 0.75)),
        ("周", r"周周(?!讲|抓|有|喊)", _fixed("weekly", None, 0.75)),
        ("月", r"月月(?!讲|抓|有|喊)", _fixed("monthly", None, 0.75)),
        ("年", r"(?<!逢)年年(?!讲|抓|有|喊)(?=[\u4e00-\u9fff]{2})", _fixed("yearly", None, 0.7)),
        ("检", r"(?:按规定|按期|按时|进行|开展|落实|完成)年检(?!测)", _fixed("yearly", None, 0.6)),
        (
            "一",
            r"(?<![第每近前上下满这任])一个?(?P<unit>周|月|学期|学年|季度|年)(?!来|内|以来|多|级|度|四季)(?=[\u4e00-\u9fff]{1,8}?(?:不少于|至少|不低于)?[一两二三四五六1-9]次)",
            _read_by,
        ),
        ("每", rf"每(?:间?隔)?{NUMBER}?个?(?:小时|钟头)", _fixed("daily", None, 0.7)),
        (
            "半",
            r"(?<![上下])(?P<unit>半年|半月)(?=校验|检定|检测|检验|[12两二]次|[\u4e00-\u9fff]{1,6}?[一1]次)",
            _read_by,
        ),
        ("全", r"全年(?=[^，。；]{0,14}?(?:不少于|至少|不低于)[^，。；人]{0,4}次)", _fixed("yearly")),
        ("逢", r"逢年(?!过节)", _fixed("yearly", None, 0.7)),
        ("逢", r"逢年过节", _fixed("holiday", None, 0.8)),
        ("半", r"半学期(?:至少)?[一1]", _fixed("per_term", None, 0.8, 2)),
        (
            "次",
            r"(?<![第近前后满每0-9〇零一二三四五六七八九十])(?P<span>[两三四五六十])(?:(?P<unit>天|日|周|年|季度|学期)|个(?P<unit2>月|星期|学期))(?:至少|不少于)?[\u4e00-\u9fff]{1,6}?(?P<n>[一1])次",
            _read_span_once,
        ),
        ("双单隔", r"(?<!每)(?:双|单|隔)周(?![一二三四五六日年])", _fixed("monthly", None, 0.8, 2)),
        (
            "日周旬月季年",
            r"(?:(?<![\u4e00-\u9fff0-9])|(?<=[长任员监师园校级室组门区县局镇科行实持彻立施格展])|(?<=作)(?!日)|(?<=执行)|(?<=坚持))(?P<unit>[日周旬月季年])(?:管控|排查|调度|巡查|检查|报告|通报|小结|总结|研判|会商|例会|考核|督查|自查|讲评|评比|考评|例检|清零|清洗|消毒|提醒|盘点|报(?=制|告|表|送)|查(?=[、”，。；制])|清(?=[、”，。；]))",
            _read_short,
        ),
        (
            "晚",
            r"早[、]?中[、]?晚(?=[^，。；]{0,6}(?:次|检|查|巡|点名|测))|晨[、]?午[、]?晚检|晨检[、和]午检[、和]晚检",
            _fixed("daily", None, 0.85, 3),
        ),
        ("午", r"晨[、]?午检|晨检[、和及]午检", _fixed("daily", None, 0.7, 2)),
        (
            "晨陪护勤留晚夜",
            r"(?:晨检(?!验)|陪餐|护学岗|高峰勤务|食品留样|晚点名|夜夜|夜间?巡查)(?![^，。；]{0,5}率)",
            _fixed("daily", None, 0.6),
        ),
        (
            "学园校",
            r"(?:上、?下学|上、?放学|放学上学|上学放学|上学[、和]放学|入校离校|入园离园|进出校)(?:高峰)?(?:时段|期间|时间|高峰|时|途中|重点时段)|(?:上学|放学|入园|离园|入校)(?:高峰)?(?:时段|期间|高峰)",
            _fixed("daily", "arrival_departure", 0.7),
        ),
        (
            "开新",
            rf"{OPENING}|开学[“”‘’]?安全第一课|“?开学第一课|新学期(?:开学|伊始|开始|之初)",
            _fixed("per_term", "term_opening", 0.7),
        ),
        (
            "期",
            r"学期[初末](?!考|成绩)|(?<![\u4e00-\u9fff])期[初中末](?=[^，。；]{0,6}(?:开展|组织|检查|排查|各|进行|集中))",
            _fixed("per_term", None, 0.7),
        ),
        (
            "日周月",
            rf"(?:利用|结合|借助|抓住|围绕|依托|在|以|开展|组织)[^，。；]{{0,24}}?(?P<core>[“]?(?:[\u4e00-\u9fff]{{0,8}}{THEME}[”、和]{{0,3}}“?){{1,6}})",
            _fixed("yearly", "theme_day", 0.65),
        ),
        (
            "日周月",
            rf"[\u4e00-\u9fff]{{0,6}}{THEME}”?(?:期间|当天|前后|来临|到来|活动期间|(?=开展|组织|举办|集中))",
            _fixed("yearly", "theme_day", 0.6),
        ),
        (
            "年",
            r"(?:建立|制定|制订|编制|形成|印发|明确|报送|下达)(?:(?!纳入|结合|列入|作为)[^，。；]){0,16}(?P<core>年度)(?=[^，。；考]{0,8}(?:清单|计划|方案|报告|总结|要点))",
            _fixed("yearly", None, 0.6),
        ),
        ("年", r"(?:开展|组织|进行|实施)(?P<core>年度)", _fixed("yearly", None, 0.6)),
        (
            "旦内发前",
            r"一旦|(?:\d{1,3}|[一二两三半])个?(?:小时|分钟)(?:之)?内|(?<=发)(?:生|现)[^，。；]{1,16}(?:后|时)(?=[，,]?(?:要|应|须|必须|立即|及时|按|第一))|(?:上岗|入职|任职|活动|使用|出车|发车|出行)前",
            _fixed("per_event", None, 0.55),
        ),
    )
)
SIGNS = frozenset().union(*(signs for signs, _, _ in RULES))
# The school safety lesson known as 1530: a minute a day, five a week, thirty before a holiday.
LESSON_1530 = re.compile(r"(?<!\d)1530(?!\d)|1[、—]5[、—]30")


def find_lesson_1530(text: str) -> list[Rhythm]:
    """The three rhythms that the name 1530 stands for, where a sentence does not spell them out itself."""
    match = LESSON_1530.search(text)
    if not match or re.search(r"每[天日][^。；]{0,24}每周", text):
        return []
    return [Rhythm(match.start(), match.end(), every, 1, None, 0.6) for every in ("daily", "weekly", "holiday")]


def find_times(text: str, start: int, end: int) -> tuple[int, str] | None:
    """How many times within the period, and the words that say it, between two places."""
    match = COUNTED.search(text, start, end)
    number = read_number(match["n"]) if match else None
    if match is None or number is None or number > 60:
        return None
    return number, text[match.start("n") : match.end()]
