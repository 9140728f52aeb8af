"""Every page is asked for its workbook: what lists rows gives them away, and no cell of any workbook is a formula."""

import io
import re
import zipfile
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from python_calamine import CalamineWorkbook

from conftest import Cast
from xiaoan.engines.sheets.models import Record
from xiaoan.ground.people.models import Person
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.excel import MEDIA_TYPE, RISKY, Col, Table, sheet_name, workbook
from xiaoan.site.limits import asked_of
from xiaoan.site.tests.objects import SAME_FOR_OUTSIDERS
from xiaoan.site.tests.test_rights_matrix import PAGES, address, who_may

pytestmark = pytest.mark.django_db
HOSTILE = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    '=HYPERLINK("http://a.example")',
]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
IN_A_FORMAT = ["risks/of/<uuid:unit>/exchange.xlsx"]  # whose names of fields a standard prescribes
LINK = re.compile(r'href="([^"]*(?:as=xlsx|export\.xlsx)[^"]*)"')
# Pages with a table that is no list of rows to take away, with the reason.
NO_LISTS = {
    "people/<uuid:person>/": "one person", "norms/<uuid:unit>/<str:norm>/": "one norm and its history",
    "intake/<slug:kind>/": "the way to a template, and a few uploads", "intake/of/<uuid:upload>/": "its bad rows are a workbook of their own",
    "board/<uuid:unit>/report/": "the months, each a workbook itself", "duties/tasks/breakdown/<uuid:document>/": "a form",
    "duties/assignments/<uuid:assignment>/": "one task of one unit", "policies/<uuid:pk>/publish/": "a preview",
    "duties/tasks/breakdown/": "the way to a form", "doc/<uuid:document>/clauses/<str:clause>/units/": "a part of a page",
    "records/new/<slug:sheet>/import/<uuid:file>/": "a preview; its bad rows are a workbook", "board/<uuid:unit>/beside/": "a chart",
    "board/<uuid:unit>/": "a school's board: its duties are a list of their own",
    "connect/<uuid:integration>/": "one system", "jobs/open/": "a part of a page", "policies/<uuid:pk>/source/": "one document",
    "risks/points/declare/": "a form", "risks/controls/mine/": "a form over one's own measures, which are a list of their own",
    "risks/picture/<uuid:unit>/": "a picture: its points are a list of their own",
    "risks/acceptances/<uuid:acceptance>/": "one application", "hazards/<uuid:hazard>/": "one case",
    "hazards/<uuid:hazard>/do/<slug:move>/": "one case", "patrols/routes/new/": "a form", "patrols/routes/<uuid:route>/change/": "a form",
    "inspections/visits/<uuid:visit>/": "one visit: its six lists are a workbook", "inspections/rules/": "the rules in words",
    "inspections/institutions/<uuid:institution>/": "one institution", "matters/<uuid:matter>/": "one matter",
    "matters/clues/": "restricted: no copy leaves the platform", "matters/keepers/": "a form, and the few whom it names",
    "officers/<uuid:group>/": "one class: its reports are a list of their own", "officers/report/": "a form, and one's own last reports",
    "officers/concerns/": "confidential: no copy leaves the platform",
}  # fmt: skip


@pytest.fixture
def hostile(cast: Cast, wednesday: Any) -> Cast:
    """A world in which everything that has a name is called like a formula."""
    cast.post("guard", cast.primary)
    for number, unit in enumerate(Unit.objects.order_by("path")):
        Unit.objects.filter(pk=unit.pk).update(name=f"{HOSTILE[number % len(HOSTILE)]} {unit.name}")
        cast_unit = next((u for u in vars(cast).values() if u.pk == unit.pk), None)
        if cast_unit:
            cast_unit.refresh_from_db()
    return cast


def test_every_list_gives_its_rows_away_and_no_cell_is_a_formula(hostile: Cast) -> None:
    """One world for all pages: to make it is what takes the time. Whether a page lists rows is read from its templates, so
    that a list which is empty here counts as well."""
    taken, without = [], []
    for route, view in PAGES.items():
        if not (right := getattr(view.callback, "right", "")):
            continue
        role, home, away = who_may(right, hostile)
        client, url = hostile.client(role, home), address(route, hostile, hostile.primary)
        Person.objects.update(name="=cmd|' /C calc'!A0")
        Record.objects.update(summary="@SUM(1+1)*cmd|' /C calc'!A0")
        books, lists_rows = workbooks_of(client, url)
        taken += [(route, fault) for book in books for fault in faults_of(book, in_a_format=route in IN_A_FORMAT)]
        without += [route] if lists_rows and not books else []
        if books and away and "<uuid:" in route and route not in SAME_FOR_OUTSIDERS:
            theirs = hostile.client(role, away).get(address(route, hostile, hostile.outside), {"as": "xlsx"})
            taken += [(route, "an outsider takes it")] if theirs.status_code != 404 else []
    assert (taken, sorted({*without} - {*NO_LISTS})) == ([], []), "a list needs {% excel %}, or a reason in NO_LISTS"
    assert {*NO_LISTS} - {*without} == set(), "these have no rows, or give them away: they need no reason"


def workbooks_of(client: Client, url: str) -> tuple[list[Any], bool]:
    """The page itself when it is a workbook, else the one that it leads to; and whether it lists rows, here or ever."""
    page = client.get(url)
    if page.headers.get("Content-Type") == MEDIA_TYPE:
        return [page], False
    if page.status_code != 200 or page.streaming or not page.headers["Content-Type"].startswith("text/html"):
        return [], False
    html, sources = page.content.decode(), [t.source for t in page.templates if t.name != "ui/parts/chart.html"]
    paths = [unescape(link) for link in LINK.findall(html)[:1]]
    never = any("<table" in each for each in sources) and not any("{% excel %}" in each for each in sources)
    books = [client.get(p if p.startswith("/") else url.partition("?")[0] + p) for p in paths]
    return books, "<table" in html or never


def faults_of(answer: Any, in_a_format: bool = False) -> list[str]:
    """What is wrong with a workbook: unreadable, a formula, a link, something fetched from elsewhere, foreign words."""
    if answer.status_code != 200 or answer.headers["Content-Type"] != MEDIA_TYPE:
        return [f"no workbook: {answer.status_code}"]
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    bad = [] if in_a_format else [f"not in Chinese: {head}" for head in headings(content) if not CHINESE.search(head)]
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
        bad += [name for name in sheets if re.search(r"<f[ >]|<hyperlink", book.read(name).decode())]
        bad += [name for name in book.namelist() if "external" in name.lower() or "vba" in name.lower()]
    return bad if "attachment" in answer.headers["Content-Disposition"] else [*bad, "shown in the browser"]


def headings(content: bytes) -> list[str]:
    """The names of the sheets, and the words of their first rows."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    firsts = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()[:1]]
    return [*book.sheet_names, *(str(cell) for row in firsts for cell in row if cell != "")]


def test_text_that_looks_like_a_formula_stays_text_also_when_somebody_edits_it() -> None:
    words = [*HOSTILE, "平常的话", "第 1 项", ""]
    made = workbook([Table("表", (Col("内容", str),), words)])
    with zipfile.ZipFile(made) as book:
        xml, styles = book.read("xl/worksheets/sheet1.xml").decode(), book.read("xl/styles.xml").decode()
    formats = re.findall(r"<xf [^>]*/?>", styles.partition("<cellXfs")[2].partition("</cellXfs>")[0])
    quoted = {str(at) for at, each in enumerate(formats) if 'quotePrefix="1"' in each}
    styled = dict(re.findall(r'<c r="A(\d+)"(?: s="(\d+)")?', xml))
    for line, word in enumerate(words, 2):
        assert (styled.get(str(line)) in quoted) == word.startswith(RISKY), word
    assert read(made) == [["内容"], *([w] for w in words)], "and what was written is read back as it was"


def test_a_workbook_takes_every_name_every_number_and_every_length() -> None:
    rows = [("䶮堃𠮷😀", 1), ("a" * 40_000, 2.5), ("行\n行", True), ("\x01\x0b", None), ("", date(2026, 11, 18))]
    made = workbook([Table("[名]:*?/\\ '长" * 9, (Col("字", lambda r: r[0]), Col("数", lambda r: r[1])), rows)])
    table = read(made)
    assert table[1] == ["䶮堃𠮷😀", 1.0] and table[2][1] == 2.5 and table[3] == ["行\n行", "是"]
    assert len(table[2][0]) < 32_767 and table[2][0].endswith("请在平台上看）")
    assert table[5][1] == date(2026, 11, 18)
    assert sheet_name("") == sheet_name("'[]") == "表"


def test_the_people_of_every_page_are_taken_out_under_the_filters_of_the_list(cast: Cast) -> None:
    for number in range(60):
        cast.post("guard", cast.primary, name=f"保安{number}") if not number else _another(cast, number)
    client = cast.client("county_officer", cast.county)
    shown = client.get("/people/?role=guard")
    assert len(shown.context["page"].posts) == 50 and 'href="?role=guard&amp;as=xlsx"' in shown.content.decode()
    table = read(io.BytesIO(b"".join(client.get("/people/?role=guard&as=xlsx").streaming_content)))
    assert len(table) == 61 and table[0][:2] == ["姓名", "岗位"] and {row[1] for row in table[1:]} == {"保安员"}
    outside = cast.client("county_officer", cast.other_county)
    assert len(read(io.BytesIO(b"".join(outside.get("/people/?role=guard&as=xlsx").streaming_content)))) == 1


def test_a_page_taken_away_counts_as_an_export() -> None:
    request = RequestFactory().get("/people/?as=xlsx")
    request.COOKIES[settings.SESSION_COOKIE_NAME], request.session = "x", {}  # type: ignore[assignment]
    assert "limits.heavy" in dict(asked_of(request))


def _another(cast: Cast, number: int) -> None:
    from xiaoan.ground.people.services import appoint, create_person
    from xiaoan.kernel.actor import SYSTEM

    person = create_person(
        actor=SYSTEM, unit=cast.primary, username=f"guard{number}", name=f"保安{number}", password="Cast-2026-pass"
    )
    appoint(actor=SYSTEM, person=person, unit=cast.primary, role="guard", starts=date(2024, 1, 1))


def read(file: Any) -> list[list[Any]]:
    file.seek(0)
    return list(CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python())
