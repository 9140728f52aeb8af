"""Components refuse what they do not know, and never speak by colour alone."""

import re

import pytest
from django.http import QueryDict
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory

from xiaoan.engines.ui.blocks import Day, Evidence, Move
from xiaoan.engines.ui.fields import typed
from xiaoan.engines.ui.marks import Square, SquareRow
from xiaoan.engines.ui.states import STATES, worst


def draw(source: str, **context: object) -> str:
    """Render one line of template with the components loaded."""
    return Template("{% load xa %}" + source).render(Context({"request": RequestFactory().get("/?a=1"), **context}))


@pytest.mark.parametrize(
    "source",
    [
        '{% pill "red" %}',
        '{% pill "ok" colour="red" %}',
        '{% tier "世界" %}',
        '{% level "特大" %}',
        "{% level 5 %}",
        '{% icon "no-such-icon" %}',
        '{% icon "run" tone="pink" %}',
        "{% bar bad %}",
        '{% bullet 1 2 "soon" label="x" %}',
        '{% bullet 1 2 "ok" %}',
        '{% figure 1 "件" label="x" state="bad" %}',
        "{% evidence bad %}",
        "{% strip steps %}",
        '{% clock "2 天" "blue" %}',
        "{% moves moves %}",
        "{% squares rows %}",
        '{% seg "p" options "z" %}',
        '{% chart "pie" "x" bad alt="x" %}',
        '{% chart "bars" "x" chart_data alt="x" %}',
        '{% chart "bars" "x" chart_data %}',
        '{% empty "inbox" "x" action="看" %}',
        "{% share six %}",
        "{% field form.missing %}",
    ],
)
def test_a_component_refuses_what_it_does_not_know(source: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        draw(
            source,
            bad={"oops": 1},
            steps=[{"label": "上报", "state": "later"}],
            moves=[{"label": "销号", "href": "#", "method": "delete"}],
            rows=[SquareRow("青禾镇", [Square("green", "某校")])],
            options=[("a", "甲")],
            chart_data={"labels": [], "values": [], "unit": "件", "colour": "red"},
            six=[(str(n), n) for n in range(6)],
        )


def test_a_wrong_property_names_the_right_ones() -> None:
    with pytest.raises(TemplateSyntaxError, match="title, line, icon"):
        draw("{% evidence e %}", e={"titel": "演练"})


@pytest.mark.parametrize("state", STATES)
def test_every_pill_has_a_word_and_its_own_class(state: str) -> None:
    html = draw("{% pill s %}", s=state)
    assert STATES[state].label in html and f'class="pill {state}"' in html


def test_every_state_has_its_own_shape() -> None:
    assert len({state.shape for state in STATES.values()}) == len(STATES)


def test_the_worst_state_is_the_one_that_needs_someone() -> None:
    assert worst(["ok", "due", "late"]) == "late"
    assert worst(["ok", "na"]) == "na"
    assert worst([]) == "na"


def test_a_bar_says_its_parts_in_words() -> None:
    html = draw("{% bar parts %}", parts={"ok": 164, "late": 11, "na": 0})
    assert "已落实 164，逾期 11" in html and 'class="na"' not in html


def test_typed_text_cannot_become_markup() -> None:
    html = draw(
        '{% pill "ok" t %}{% also 1 t %}{% share p %}{% evidence e %}',
        t='"><b>',
        p=[("<i>", 1)],
        e=Evidence("<u>", "<s>"),
    )
    assert "<b>" not in html.replace("<b>1", "").replace("<b>&lt;u&gt;", "") and "<i>" not in html and "<u>" not in html


def test_a_record_that_serves_no_document_has_no_chip() -> None:
    assert draw("{% also 0 %}") == ""


def test_a_withdrawn_record_says_what_went_back() -> None:
    html = draw("{% evidence e %}", e=Evidence("留样", "11月12日", also=3, withdrawn="相关 2 条要求已退回"))
    assert "已撤回" in html and "已退回" in html and "满足" not in html


def test_a_long_row_of_squares_becomes_a_bar() -> None:
    row = SquareRow("东陵街道", [Square("ok", "某校")] * 61, done=61, total=61)
    assert 'class="bar"' in draw("{% squares r legend=False %}", r=[row])


def test_only_the_first_move_is_primary_and_posts_carry_the_token() -> None:
    moves = [Move("通过", "/a/", method="post", ask="确定？"), Move("退回", "/b/")]
    html = draw("{% moves moves %}", moves=moves, csrf_token="tok")
    assert html.count("btn-primary") == 1 and 'value="tok"' in html and 'data-ask="确定？"' in html


def test_a_day_without_pupils_says_so() -> None:
    from datetime import date

    html = draw("{% weekstrip d %}", d=[Day(date(2026, 11, 21), off=True), Day(date(2026, 11, 20), 3)])
    assert "休" in html and "周六" in html and "周五" in html


def test_segments_keep_the_other_parameters_but_not_the_page_cursor() -> None:
    request = RequestFactory().get("/?town=1&after=abc&period=week")
    html = draw('{% seg "period" o "week" %}', o=[("week", "本周"), ("month", "本月")], request=request)
    assert "?town=1&amp;period=month" in html and "after" not in html


def test_the_pager_has_no_button_at_an_end() -> None:
    html = draw('{% pager after="x" %}')
    assert "下一页" in html and "上一页" not in html and "a=1&amp;after=x" in html


def test_a_chart_tells_its_figures_without_the_drawing() -> None:
    data = {"labels": ["9月", "10月"], "own": [1462, None], "unit": "件"}
    html = draw('{% chart "trend" "c" d alt="九月最多" %}', d=data)
    assert "九月最多" in html and "<td>1,462 件</td>" in html and "<td>—</td>" in html
    assert re.search(r'<script id="c" type="application/json">', html)


def test_a_figure_that_cannot_be_reckoned_is_a_dash_without_a_unit() -> None:
    drawn = draw('{% figure None "天" label="平均" %}')
    assert "—" in drawn
    assert "天" not in drawn
    assert "0" in draw('{% figure 0 "天" label="平均" %}')


def test_what_a_refused_form_sent_goes_back_without_secrets_and_not_for_ever() -> None:
    sent = QueryDict("words=a&schools=1&schools=2&step=3&csrfmiddlewaretoken=x&password1=secret")
    assert typed(sent) == {"words": ["a"], "schools": ["1", "2"]}
    assert typed(QueryDict(f"words={'a' * 50_001}")) == {}
