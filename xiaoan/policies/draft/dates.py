"""By when: 年底前, 6月底前, 12月20日前, 上半年, 即日起至…, 2026.9.30前; and what only looks like it."""

import re
from calendar import monthrange
from datetime import date

from .mentions import Deadline
from .numerals import read_number
from .years import Term

DIGIT = "0-9〇零一二三四五六七八九十"
Y = r"(?:20\d\d|二[〇零][〇零一二三四五六七八九]{2})"
MONTH_PART = "底|末|上旬|中旬|下旬|初|份"
QUARTER = r"第?[一二三四1-4]季度|上半年|下半年"


def _point_pattern(side: str) -> str:
    """One calendar point; the side names its groups, for a range has two."""
    return (
        rf"(?:(?P<y{side}>{Y})年?(?:底|内)?|(?P<n{side}>次年|翌年|明年))?(?P<m{side}>[{DIGIT}]{{1,3}})月(?:份)?"
        rf"(?:(?P<d{side}>[{DIGIT}]{{1,3}})(?:[日号]|(?=[—至到][{DIGIT}]{{1,3}}[日号]))|(?P<p{side}>{MONTH_PART})(?!级))?"
    )


DOTTED = r"(?P<dy>20\d\d)[./—](?P<dm>1[0-2]|0?[1-9])[./—](?P<dd>3[01]|[12]\d|0?[1-9])(?!\d)"
RANGED = re.compile(
    rf"(?:{_point_pattern('a')}|(?<![\d.第〔])(?:(?P<yc>{Y})年)?(?P<mc>[{DIGIT}]{{1,3}})(?=[—至到][{DIGIT}]{{1,3}}月)|即日|现在|本月|通知印发之日|印发之日|(?P<oy>{Y})年)(?:起)?(?:开始)?[，]?(?:—|至|到)+"
    rf"(?:(?:同年|当年)?(?:{_point_pattern('b')}|(?P<bd>[{DIGIT}]{{1,3}})[日号]|(?:(?P<by>{Y})年|今年)?(?P<bp>年底|{QUARTER})|(?P<by2>{Y})年(?P<be>底|末)?))"
)
RANGING = re.compile(r"[—至到]")
SINGLE = re.compile(
    rf"{DOTTED}|{_point_pattern('a')}"
    rf"|(?:(?P<hy>{Y})年|(?P<rel>今年|本年度?|当年|明年))?(?P<part>{QUARTER})(?:末|底|内|结束)?"
    rf"|(?P<my>20\d\d)[./](?P<mm>1[0-2]|0?[1-9])(?![\d./%])"
    rf"|(?P<rel3>今年|本年|明年)(?P<term2>(?:春季|秋季)?(?:新?学期)?(?:开学|暑假|寒假|国庆节?|元旦))"
    rf"|(?P<ey>{Y})年(?:(?P<end>年?底|末|内|年内|年度内)|(?P<term>(?:春季|秋季)?(?:新?学期)?(?:开学|暑假|寒假|国庆节?|元旦)|(?:春季|秋季)新?学期))?"
    rf"|(?:(?P<rel2>今年|本年度?|明年)(?P<relend>年?底|末|内|年内)|(?<![首头每当次第一二三四五六两几])(?P<bare>年底|年末|年内|岁末))"
    rf"|(?<![\d{DIGIT}月第近满])(?P<only>3[01]|[12]?\d)[日号](?=之?前|以前)"
    rf"|(?P<this>本月|当月|下月)(?:(?P<thisd>[{DIGIT}]{{1,3}})[日号]|(?P<thisp>底|末|中旬|下旬|上旬|内))"
)
BEFORE_STRONG = re.compile(
    r"(?:截至|截止|截止到|不迟于|不晚于|不得[迟晚]于|不得?超过|最迟|到|至|力争|确保在?|务必于?|务必在)$"
)
BEFORE_IN = re.compile(
    r"(?:[，。；：、（“〓]|^|在|于|将于|拟于|力争在|计划|计划于|至|到|争取|力争|前|并|并于|时间[为是]|校|园|局|位|门|地|构|委|处|室|组|人|方|定)$"
)
AFTER_STRONG = re.compile(r"(?:之前|以前|前|止|为止|截止)(?!后|期|一|往|列|述|三|来)")
# What follows a date that sets no limit: a start, a source, an event of the past, a day's name.
AFTER_NOT = re.compile(
    r"(?:起|以来|来(?!临)|及?以前(?=[^，]{0,4}(?:排查|发现|建))|及以前|及之前|以后|之后|后|版|届|级|度(?!内)|生(?=[，。])|号|修订版|试行"
    r"|(?:正式)?(?:印发的|发布的|公布的|颁布的|下发的|实施的|出台的|通过的|修正|召开的|发生|批准的)"
    r"|(?:（[^（）]{1,8}）)?(?:全校|全市|全体)?(?:学生|师生|教师)?(?:正式|正常)?(?:放假|休假|调休|上班|上课|开学(?!前)|行课|补课)"
    r"|，[^，。；]{0,24}(?:召开|印发|发布|下发|出台|公布|举行|发生)了"
    r"|[”）]?(?:全国|国家|国际|世界)|的?最后一|的?第[一二三四五]个?[周星]|“[^”]{0,10}[月周日]”|[“（]?(?!组织|开展|举办|结合|以|利用)[^，。；：]{0,8}(?:宣传日|教育日|消防日|减灾日|宪法日|禁毒日|纪念日|安全日)|是[“全国世])"
)
BEFORE_NOT = re.compile(
    r"(?:时至|临近|正值|适逢|值此|年终|自|从|关于|根据|按照|依据|始于|截至目前|印发于|发布于|施行|每年的?|每学年的?|每年度|历年|逐年|往年|去年|上年|每月的?|每季度末?|次月|每学期|年级|满|近|第|(?<!\d)\d)$"
)
# A bare year binds only where a duty follows it.
BARE_YEAR_NEXT = re.compile(
    r"，(?!全[市县区省国州校]|我[市县区省国州校们]|各级|教育系统|学校安全|是)|(?!，|度|级|版|版|学年|以|全市|全县|全区|全省|全国|我|春|秋|的|和|与|及|、|至|《|重点|工作|校园|学校|教育|安全|义务|中小学|高考|中考|招生|预算|任务|目标|计划|平安)[\u4e00-\u9fff]"
)
# 3月、9月各组织一次; 6月和12月底前分别报送.
LISTED = re.compile(
    rf"(?:[、和及与][{DIGIT}]{{1,3}}月份?(?:[{DIGIT}]{{1,3}}[日号]|底|末|上旬|中旬|下旬)?){{1,5}}(?:之?前|期间)?(?:各|分别)"
)
SEASON = re.compile(r"[^，。；]{0,24}(?:时段|季节|时期|高发期|多发期|汛期)")
TIGHT = 14
# Without one of these there is no date: most sentences are told apart here.
DATED = re.compile(r"[月日号季旦]|20\d\d|半年|年[底末内]|岁末|[今本明]年|二[〇零]")


def find_deadlines(text: str, term: Term, year: int | None = None) -> list[Deadline]:
    """The deadlines in one sentence, in order. year is the last one named before the sentence."""
    if not DATED.search(text):
        return []
    found: list[Deadline] = []
    last = year
    for match in _dates(text):
        day = _end_of_range(match, term, last) if match.re is RANGED else _day(match, term, last)
        if day is None:
            continue
        named = _named_year(match)
        if named and named >= (term.first_year or 0):
            last = named
        confidence = _confidence(text, match, day, term)
        if confidence:
            found.append(_deadline(text, match, day, confidence))
    return found


def _deadline(text: str, match: re.Match[str], day: date, confidence: float) -> Deadline:
    after = AFTER_STRONG.match(text, match.end())
    end = after.end() if after else match.end()
    return Deadline(match.start(), end, day, confidence, text[match.start() : end], match.re is RANGED)


def last_named_year(text: str, term: Term) -> int | None:
    """The last year that the words name, for the dates of the next sentence; years gone by name none."""
    if "年" not in text:
        return None
    years = re.findall(rf"(?<![\d〔\[])({Y})年(?!以|及|—)", text)
    numbers = [n for n in map(read_number, years) if n and n >= (term.first_year or 0)]
    return numbers[-1] if numbers else None


def _dates(text: str) -> list[re.Match[str]]:
    """Every date-like stretch; a range has its words before a single date does."""
    ranges = list(RANGED.finditer(text)) if RANGING.search(text) else []
    taken = {at for m in ranges for at in range(*m.span())}
    singles = [m for m in SINGLE.finditer(text) if not taken or taken.isdisjoint(range(*m.span()))]
    return sorted(ranges + singles, key=lambda m: m.start())


def _named_year(match: re.Match[str]) -> int | None:
    names = ("my", "by2", "by", "yb", "ya", "yc", "dy", "hy", "ey", "oy")
    groups = match.groupdict()
    words = next((groups[n] for n in names if groups.get(n)), None)
    return read_number(words) if words else None


def _day(match: re.Match[str], term: Term, last: int | None) -> date | None:
    group = match.groupdict()
    if group["dy"]:
        return _date(int(group["dy"]), int(group["dm"]), int(group["dd"]))
    if group["ma"]:
        return _point(match, "a", term, last)
    if group["this"]:
        return _this_month(group, term)
    if group["only"]:
        return _day_alone(match, term)
    if group["part"]:
        return _part_end(group["part"], _year_for(group["hy"], group["rel"], term, last))
    if group["term"] or group["term2"]:
        return _school_moment(group["term"] or group["term2"] or "", _year_for(group["ey"], group["rel3"], term, last))
    if group["my"]:
        return _month_part(int(group["my"]), int(group["mm"]), None)
    year = _year_for(group["ey"], group["rel2"], term, last)
    return _date(year, 12, 31)


def _point(match: re.Match[str], side: str, term: Term, last: int | None) -> date | None:
    month = read_number(match[f"m{side}"])
    if month is None or not 1 <= month <= 12:
        return None
    year = _year_of_point(match, side, month, term, last)
    if match[f"d{side}"]:
        return _date(year, month, read_number(match[f"d{side}"]))
    return _month_part(year, month, match[f"p{side}"])


def _year_of_point(match: re.Match[str], side: str, month: int, term: Term, last: int | None) -> int | None:
    if match[f"y{side}"]:
        return read_number(match[f"y{side}"])
    if not match[f"n{side}"] or term.is_school_year:
        return last or term.year_of(month)
    year = last or term.base_year
    return year + 1 if year else None


def _month_part(year: int | None, month: int, part: str | None) -> date | None:
    if year is None:
        return None
    return _date(year, month, {"上旬": 10, "初": 10, "中旬": 20}.get(part or "", monthrange(year, month)[1]))


def _end_of_range(match: re.Match[str], term: Term, last: int | None) -> date | None:
    group = match.groupdict()
    first = read_number(group["ya"] or group["yc"] or group["oy"] or "") or last
    if group["mb"]:
        day = _point(match, "b", term, first)
        return _after_start(day, match, bool(group["yb"] or group["nb"]))
    if group["bd"]:
        month = read_number(group["ma"] or "")
        return _date(first or (term.year_of(month) if month else None), month, read_number(group["bd"]))
    if group["bp"]:
        year = read_number(group["by"] or "") or first or term.base_year
        return _part_end(group["bp"], year)
    return _date(read_number(group["by2"] or ""), 12, 31)


def _after_start(day: date | None, match: re.Match[str], is_named: bool) -> date | None:
    """11月至3月 ends in the next year."""
    start = read_number(match["ma"] or match["mc"] or "")
    if day and not is_named and start and start > day.month:
        return _date(day.year + 1, day.month, min(day.day, monthrange(day.year + 1, day.month)[1]))
    return day


def _part_end(part: str, year: int | None) -> date | None:
    if part in ("年底", "下半年"):
        return _date(year, 12, 31)
    if part == "上半年":
        return _date(year, 6, 30)
    quarter = read_number(part.removeprefix("第").removesuffix("季度")) or 4
    return _date(year, quarter * 3, 31 if quarter in (1, 4) else 30)


def _school_moment(words: str, year: int | None) -> date | None:
    """The usual last day before a school moment; a local calendar may correct it."""
    for name, month, day in (("春季", 2, 28), ("寒假", 1, 31), ("暑假", 7, 15), ("国庆", 9, 30), ("元旦", 12, 31)):
        if name in words:
            return _date(year, month, day)
    return _date(year, 8, 31)


def _this_month(group: dict[str, str | None], term: Term) -> date | None:
    issued = term.issued_on
    if issued is None:
        return None
    ahead = int(group["this"] == "下月")
    year, month = issued.year + (issued.month + ahead > 12), (issued.month + ahead - 1) % 12 + 1
    if group["thisd"]:
        return _date(year, month, read_number(group["thisd"]))
    return _month_part(year, month, group["thisp"])


def _day_alone(match: re.Match[str], term: Term) -> date | None:
    """31日前 after 12月29日: the month named before it, else the month of issue."""
    day, named = int(match["only"]), re.findall(rf"([{DIGIT}]{{1,3}})月", match.string[: match.start()])
    month = read_number(named[-1]) if named else None
    if month:
        return _date(term.year_of(month), month, day)
    issued = term.issued_on
    return _date(issued.year, issued.month, day) if issued and day > issued.day else None


def _year_for(words: str | None, relative: str | None, term: Term, last: int | None) -> int | None:
    if words:
        return read_number(words)
    if relative == "明年":
        return term.base_year + 1 if term.base_year else None
    return (term.base_year if relative else None) or last or term.base_year


def _date(year: int | None, month: int | None, day: int | None) -> date | None:
    try:
        return date(year or 0, month or 0, day or 0)
    except ValueError:
        return None


def _confidence(text: str, match: re.Match[str], day: date, term: Term) -> float:
    """How surely the words set a limit; 0 when they do not."""
    before, start, end = text[max(0, match.start() - 8) : match.start()], match.start(), match.end()
    is_strong = bool(AFTER_STRONG.match(text, end) or BEFORE_STRONG.search(before))
    if _is_past(day, term) or _follows_each(text, start):
        return 0.0
    if BEFORE_NOT.search(before) and match.re is not RANGED:
        return 0.0
    if AFTER_NOT.match(text, end) and not AFTER_STRONG.match(text, end):
        return 0.0
    if match.groupdict().get("term") and before.endswith("确保"):
        return 0.0
    if match.re is RANGED:
        return _range_confidence(text, match)
    if is_strong:
        return 0.95
    return _weak_confidence(text, match, before)


def _range_confidence(text: str, match: re.Match[str]) -> float:
    # 2024—2026年 is the name of a plan unless a duty follows at once.
    if match["by2"] and not re.match(r"底|末|，(?!全)", text[match.end() : match.end() + 2]) and not match["be"]:
        return 0.0
    # 5月至10月溺水高发时段 is when, not by when.
    return 0.0 if SEASON.match(text, match.end()) else 0.75


def _weak_confidence(text: str, match: re.Match[str], before: str) -> float:
    group, end = match.groupdict(), match.end()
    if group["ey"] and not group["end"]:
        if text[end:] in ("）", "）。") and re.search(r"[^》〓]（$", before):
            return 0.6  # a stage of a plan: 集中攻坚（2021年）
        is_bound = BARE_YEAR_NEXT.match(text, end) and re.search(r"(?:[，。；：（]|^|在|于|到|至|力争|并|即)$", before)
        return 0.6 if is_bound and not group["term"] else 0.0
    if group["my"]:
        return 0.7 if match.group() == text else 0.0
    if group["end"] or group["relend"] or group["bare"] or group["thisp"]:
        return 0.85
    if group["pa"] in ("底", "末", "上旬", "中旬", "下旬"):
        return 0.8
    if group["term"] or group["term2"]:
        return 0.0
    if LISTED.match(text, end):
        return 0.65
    return 0.65 if BEFORE_IN.search(before) and text[end : end + 1] not in ("的", "、", "和", "与") else 0.0


def _is_past(day: date, term: Term) -> bool:
    if term.issued_on:
        return day <= term.issued_on
    return day.year < (term.first_year or 0)


def _follows_each(text: str, start: int) -> bool:
    """每年11月30日前 is a rhythm, not a day."""
    near = text[max(0, start - TIGHT) : start]
    return bool(re.search(r"每(?:个)?(?:学年|学期|年度|年|月|季度)[^，。；]{0,8}$", near))
