"""What the head of a document says of it: title, number, issuer, day of issue."""

import re
from dataclasses import dataclass
from datetime import date

from .headings import MARKER
from .lines import Reading
from .numerals import read_number
from .paragraphs import Paragraph

NUMBER = re.compile(r"(?:[\u4e00-\u9fffA-Z]{1,16}[〔\[（【][12]\d{3}[〕\]）】](?:第)?\d{1,5}号)$")
ORGAN = re.compile(
    r"[\u4e00-\u9fff]{2,30}?(?:教育局|教育厅|教育部|教育和体育局|教育体育局|教体局|委员会|办公室|人民政府|办公厅|工委|部|厅|局|学校|中学|小学|幼儿园|学院|教委|中心校)$"
)
ISSUING = re.compile(r"^(?P<who>.{2,60}?)(?:关于|印发)")
NAMED = re.compile(
    r"(?:印发|下发|转发|发布)(?:(?:《|〈)(?P<name>.{4,70}?)(?:》|〉)|(?P<plain>“.{4,70}?))的?(?:通知|函|公告)$"
)
KIND = r"(?:通知|方案|意见|要点|办法|计划|规定|指南|制度|细则|预案|清单|公告|通告|决定|规范|标准|措施|任务书|实施表|分解表|任务表|一览表|责任表|安排表|台账|提纲)"
TITLE = re.compile(rf".{{4,80}}{KIND}(?:（[^（）]{{1,24}}）)*$")
DAY = re.compile(
    r"(?P<y>20\d\d|二[〇零][〇零一二三四五六七八九]{2})[年./—](?P<m>[0-9一二三四五六七八九十]{1,3})[月./—](?P<d>[0-9一二三四五六七八九十]{1,3})日?$"
)
WEB_DAY = re.compile(r"(?:时间|日期)：.{0,4}(20\d\d)[年./—](\d{1,2})[月./—](\d{1,2})")
# 修订应急预案 is a task, not a title.
ORDER = re.compile(
    r"(?:修订|制定|制订|完善|出台|编制|健全|建立|严格|落实|组织|开展|做好|按照|召开|举办|举行|成立|设立)"
)
BESIDE = re.compile(r"附件\d{0,2}[：]?|附：|（此件|抄送|抄报|联系人|联系电话|主任务|目录$|（联系人")
SALUTE = re.compile(r"(?:各|区|市|县|局|机关|全|直属|有关|本|中小学|省)[^。]{2,88}：$")
HEAD_PARAGRAPHS = 24


@dataclass(frozen=True)
class Head:
    """title, number and issuer are None when the document does not state them.

    apart holds the paragraphs that are only title, number, issuer, date or salutation.
    """

    title: str | None
    number: str | None
    issuer: str | None
    issued_on: date | None
    apart: frozenset[int]


def read_head(reading: Reading, paragraphs: tuple[Paragraph, ...]) -> Head:
    """Read the lines that open (and the names that sign) a document."""
    words = [reading.text[p.start : p.end] for p in paragraphs]
    titles = [i for i in _titles(words) if not paragraphs[i].is_cell]
    day_at = next((i for i, w in enumerate(words) if DAY.match(w) and not paragraphs[i].is_cell), None)
    issued_on = _day(words[day_at]) if day_at is not None else _web_day(reading.debris)
    issuer = _issuer([words[i] for i in titles], words, day_at)
    number_at = next((i for i, w in enumerate(words[:HEAD_PARAGRAPHS]) if NUMBER.match(w)), None)
    number = _number(words[number_at]) if number_at is not None else None
    return Head(
        _title([words[i] for i in titles]),
        number,
        issuer,
        issued_on,
        frozenset(i for i in _apart(words, titles) if not paragraphs[i].is_cell),
    )


def _titles(words: list[str]) -> list[int]:
    """Titles near the top, and those that open an annexe."""
    return [
        i
        for i, w in enumerate(words)
        if TITLE.match(w)
        and not MARKER.match(w)
        and not ORDER.match(w)
        and not re.search(r"[。；，]|^附件.*：", w)
        and len(w) < 90
    ]


def _title(titles: list[str]) -> str | None:
    """The plan's own name, before the name of the notice that sends it out."""
    for title in titles[:3]:
        named = NAMED.search(title)
        if named:
            return named["name"] or named["plain"]
    return titles[0] if titles else None


def _number(words: str) -> str:
    return words.replace("[", "〔").replace("]", "〕").replace("【", "〔").replace("】", "〕")


def _issuer(titles: list[str], words: list[str], day_at: int | None) -> str | None:
    signed = [words[i] for i in range(max(0, (day_at or 0) - 2), day_at or 0) if ORGAN.match(words[i])]
    for title in titles[:2]:
        match = ISSUING.match(title)
        if match and ORGAN.match(match["who"]):
            return match["who"]
    if signed:
        return signed[-1]
    heads = [w for w in words[:6] if ORGAN.match(w)]
    return heads[0] if heads else None


def _day(words: str) -> date | None:
    match = DAY.match(words)
    parts = [read_number(match[name]) for name in ("y", "m", "d")] if match else []
    try:
        return date(*[p for p in parts if p is not None])
    except (ValueError, TypeError):
        return None


def _web_day(debris: tuple[str, ...]) -> date | None:
    for line in debris:
        match = WEB_DAY.search(line)
        if match:
            try:
                return date(int(match[1]), int(match[2]), int(match[3]))
            except ValueError:
                continue
    return None


def _apart(words: list[str], titles: list[int]) -> list[int]:
    alone = [i for i, w in enumerate(words) if len(w) < 90 and _stands_apart(w)]
    return alone + titles + _split_titles(words)


def _stands_apart(words: str) -> bool:
    return bool(
        NUMBER.match(words)
        or (ORGAN.match(words) and not ORDER.match(words))
        or DAY.match(words)
        or BESIDE.match(words)
        or (words.endswith("：") and SALUTE.match(words) and not re.search(r"如下|以下|下列|内容|做好|工作", words))
        or (words.endswith("）") and re.match(r"（?20\d\d(?:年)?(?:—20\d\d年?|年)?[^，。]{0,12}）$", words))
    )


def _split_titles(words: list[str]) -> list[int]:
    """A title broken over lines: its first half has no stop and stands before a title line."""
    halves = []
    for i, w in enumerate(words[:HEAD_PARAGRAPHS]):
        if re.match(r".{0,30}关于", w) and not re.search(r"[。；]", w) and len(w) < 60:
            halves.append(i)
        if i and re.search(r"的通知$", w) and len(w) < 60:
            halves.append(i)
    return halves
