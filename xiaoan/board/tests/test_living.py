"""The living document: what each clause wears, for whom, at what cost."""

import io
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conftest import Cast
from xiaoan.board.queries.clauses import state_of_clause
from xiaoan.board.queries.documents import read_living
from xiaoan.obligations.tests.making import make_document, publish
from xiaoan.obligations.tests.test_evidence import drill
from xiaoan.policies.models import Clause, Document, Receipt
from xiaoan.policies.packs import attach_source

pytestmark = pytest.mark.usefixtures("wednesday")
TODAY = date(2026, 11, 18)


def plan(cast: Cast) -> Document:
    """Five clauses: two for schools, one for the county itself, a principle and one that the platform will have."""
    document = make_document(
        "L", {"practice": "drill", "every": "monthly"}, {"practice": "rules_document", "kind": "deliverable", "deadline": date(2026, 11, 1)},
        {"practice": "rules_document", "kind": "deliverable", "deadline": date(2026, 12, 31), "binds": {"ranks": ["county"]}},
    )  # fmt: skip
    for n, kind in ((4, "principle"), (5, "to_come")):
        Clause.objects.create(
            document=document, key=f"L-{n}", position=n, section="1", text=f"合成条款{n}。", disposition=kind,
            because="由视频巡查承担" if kind == "to_come" else "",
        )  # fmt: skip
    publish(document, cast.county)
    return document


def get(client: Client, document: Document, **query: Any) -> Any:
    return client.get(reverse("board:living", args=[document.id]), query)


def test_every_clause_wears_its_completion(cast: Cast) -> None:
    document = plan(cast)
    drill(cast.actor("safety_director"), cast)
    drill(cast.actor("safety_director"), cast, timezone.make_aware(datetime(2026, 10, 20, 9)))
    live = read_living(document, cast.county, "month", TODAY)
    worn = {key: (s.wears, s.figure, s.state) for key, s in live.states.items()}
    assert worn == {
        "L-1": ("live", "33%", "go"),
        "L-2": ("live", "0%", "late"),
        "L-3": ("own", "本级", "due"),
        "L-4": ("soft", "", "na"),
        "L-5": ("soft", "", "na"),
    }
    page = get(cast.client("county_officer"), document, span="month").content.decode()
    assert "<b>33%</b>推进中" in page
    assert "<b>0%</b>逾期" in page
    assert "<b>本级</b>将到期" in page
    assert "c-L-4" not in page


def test_the_same_sentence_wears_another_figure_for_a_school(cast: Cast) -> None:
    document = plan(cast)
    drill(cast.actor("safety_director"), cast)
    live = read_living(document, cast.primary, "month", TODAY)
    assert (live.states["L-1"].figure, live.states["L-1"].word) == ("100%", "已落实")
    assert live.states["L-3"].wears == "free"


def test_never_a_hundred_while_one_is_open(cast: Cast) -> None:
    from xiaoan.obligations.figures import DutyFigure
    from xiaoan.policies.book import book

    document = plan(cast)
    clause = document.clauses.get(key="L-1")
    duty = next(d for d in book().duties if d.clause_key == "L-1")
    figure = DutyFigure(duty, 1000, 1000, 999, 0, 0, TODAY, "go")
    assert state_of_clause(clause, cast.county, [figure]).figure == "99%"


def test_the_panel_shows_who_has_and_who_has_not(cast: Cast) -> None:
    document = plan(cast)
    drill(cast.actor("safety_director"), cast)
    client = cast.client("county_officer")
    url = reverse("board:clause", args=[document.id, "L-1"])
    response = client.get(url, {"span": "month"}, headers={"HX-Request": "true", "HX-Target": "panel"})
    body = response.content.decode()
    assert "HX-Request" in response["Vary"]
    assert "未完成名单 2 所" in body
    assert "已完成名单 1 所" in body
    assert "每月 1 次" in body
    assert "满足 1 份文件" in body
    names = client.get(
        reverse("board:clause_units", args=[document.id, "L-1"]), {"which": "without", "span": "month"}
    ).content.decode()
    assert "东镇初级中学" in names
    assert "东镇中心小学" not in names


@pytest.mark.parametrize("role", ["city_officer", "county_officer", "safety_director"])
def test_a_panel_costs_few_queries(cast: Cast, role: str, django_assert_max_num_queries: Any) -> None:
    document = plan(cast)
    drill(cast.actor("safety_director"), cast)
    client = cast.client(role)
    address = reverse("board:clause", args=[document.id, "L-1"])
    client.get(address, headers={"HX-Request": "true"})
    with django_assert_max_num_queries(20):
        client.get(address, headers={"HX-Request": "true"})


def test_the_panel_of_what_the_platform_will_have_says_so(cast: Cast) -> None:
    document = plan(cast)
    url = reverse("board:clause", args=[document.id, "L-5"])
    body = cast.client("county_officer").get(url, headers={"HX-Request": "true"}).content.decode()
    assert "平台将有：由视频巡查承担" in body


def test_a_panel_opened_as_a_page_shows_the_document(cast: Cast) -> None:
    document = plan(cast)
    response = cast.client("county_officer").get(reverse("board:clause", args=[document.id, "L-1"]))
    assert response.status_code == 302
    assert "clause=L-1" in response["Location"]


def test_outside_its_scope_a_document_is_not_known(cast: Cast) -> None:
    document = plan(cast)
    outsider = cast.client("principal", cast.outside)
    assert get(outsider, document).status_code == 404
    insider = cast.client("principal")
    assert get(insider, document).status_code == 200
    assert get(insider, document, unit=cast.junior.id).status_code == 404
    assert get(insider, document, unit="x").status_code == 404


def test_a_public_document_opens_as_paper_without_figures(cast: Cast) -> None:
    document = plan(cast)
    assert get(Client(), document).status_code == 302
    Document.objects.filter(id=document.id).update(is_public=True)
    response = get(Client(), document)
    assert response.status_code == 200
    body = response.content.decode()
    assert "合成条款1" in body
    assert 'class="mk"' not in body
    assert cast.county.name not in body
    assert get(cast.client("system_administrator", cast.other_county), document).status_code == 200


def test_an_unfinished_public_draft_stays_with_its_office(cast: Cast) -> None:
    document = make_document("D", {"practice": "drill", "every": "monthly"}, owner=cast.county, is_public=True)
    assert get(Client(), document).status_code == 302
    assert get(cast.client("principal", cast.outside), document).status_code == 404


def test_the_original_wording_is_marked_where_the_quote_stands(cast: Cast) -> None:
    document = plan(cast)
    Clause.objects.filter(document=document, key="L-1").update(quote="每月 组织演练")
    Clause.objects.filter(document=document, key="L-2").update(quote="建立制度")
    document.refresh_from_db()
    text = "一、任务\n\n　　各学校要每月组织演练不少于一次，并且\n建立制度加以保障。其余照旧。\n"
    attach_source(document, text)
    body = get(cast.client("county_officer"), Document.objects.get(id=document.id)).content.decode()
    assert '<span class="u">各学校要每月组织演练不少于一次</span>，' in body
    assert "建立制度加以保障</span>。" in body
    assert "其余照旧。" in body
    assert "没有在原文中找到位置" in body


def test_the_cost_does_not_grow_with_clauses_or_schools(cast: Cast, django_assert_max_num_queries: Any) -> None:
    document = plan(cast)
    client = cast.client("county_officer")
    get(client, document)
    with django_assert_max_num_queries(20) as few:
        get(client, document)
    for n in range(6, 30):
        Clause.objects.create(
            document=document, key=f"L-{n}", position=n, section="1", text="合成。", disposition="live"
        )
    from xiaoan.ground.units.services import create_unit
    from xiaoan.kernel.actor import SYSTEM

    for n in range(3):
        create_unit(actor=SYSTEM, parent=cast.township, rank="school", name=f"合成小学{n}", kind="primary", pupils=10)
    with django_assert_max_num_queries(20) as many:
        get(client, document)
    assert len(many) == len(few)


def test_the_workbook_holds_a_row_for_each_clause(cast: Cast) -> None:
    document = plan(cast)
    drill(cast.actor("safety_director"), cast)
    response = cast.client("county_officer").get(reverse("board:living_export", args=[document.id]), {"span": "month"})
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    rows = {row[0]: row for row in sheet.iter_rows(min_row=5, values_only=True)}
    assert len(rows) == 5
    assert rows["一第 1 条"][4:10] == ("推进中", pytest.approx(0.33), 3, 1, 0, 2)
    assert "东镇初级中学" in rows["一第 1 条"][10]


def test_the_workbook_writes_a_title_that_is_a_formula_as_words(cast: Cast) -> None:
    document = plan(cast)
    type(document).objects.filter(id=document.id).update(title="=1+1")
    response = cast.client("county_officer").get(reverse("board:living_export", args=[document.id]))
    assert openpyxl.load_workbook(io.BytesIO(response.content)).active["A1"].data_type == "s"


def test_paper_carries_the_words_of_the_comparison(cast: Cast) -> None:
    body = get(cast.client("county_officer"), plan(cast), span="month").content.decode()
    assert "落实情况对照件，非原文。甲县，11月" in body


def test_opening_the_page_leaves_a_receipt_once(cast: Cast) -> None:
    document = plan(cast)
    client = cast.client("principal")
    said = reverse("policies:opened", args=[document.id])
    assert f'hx-post="{said}"' in get(client, document).content.decode()
    assert client.post(said).status_code == 204
    assert Receipt.objects.get().unit == cast.primary
    assert said not in get(client, document).content.decode()
    assert cast.client("principal", cast.outside).post(said).status_code == 404
