"""Page or part, remembered filters, the frame."""

from typing import Any

import pytest
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.http import HttpRequest
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings

from xiaoan.engines.ui.context import frame
from xiaoan.engines.ui.frame import Bell, MenuGroup, MenuItem
from xiaoan.engines.ui.gallery import gallery
from xiaoan.engines.ui.pages import page
from xiaoan.engines.ui.remember import remember

MENU = [
    MenuGroup(
        "", [MenuItem("总览", "/", "home"), MenuItem("隐患", "/h/", "flag", 3), MenuItem("重大", "/h/big/", "flag")]
    )
]


def menu(request: HttpRequest) -> list[MenuGroup]:
    """Return a site's fixed list, as a site may well do."""
    return MENU


def plain_menu(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the same as plain data."""
    return [{"name": "", "entries": [{"name": "隐患", "url": "/h/", "icon": "flag"}]}]


def bell(request: HttpRequest) -> Bell:
    """Return a bell with two unread."""
    return Bell("/n/", 2)


def asked(path: str = "/", **headers: str) -> HttpRequest:
    """Return a request with an empty session."""
    request = RequestFactory().get(path, headers=headers)
    request.session = SessionStore()
    return request


def shown(request: HttpRequest, part: Any = "ui/parts/clock.html") -> str:
    """Render the whole (an empty state) or the part (a clock)."""
    context = {"icon": "inbox", "title": "整页", "figure": "部分", "state": "na"}
    return page(request, "ui/parts/empty.html", context, part).content.decode()


def test_a_plain_request_gets_the_page() -> None:
    assert "整页" in shown(asked())


def test_htmx_gets_the_part() -> None:
    assert "部分" in shown(asked(**{"HX-Request": "true"}))


@pytest.mark.parametrize("header", ["HX-Boosted", "HX-History-Restore-Request"])
def test_a_boosted_link_and_a_restored_page_get_the_page(header: str) -> None:
    assert "整页" in shown(asked(**{"HX-Request": "true", header: "true"}))


def test_the_element_that_is_filled_chooses_among_parts() -> None:
    parts = {"rows": "ui/parts/clock.html"}
    assert "部分" in shown(asked(**{"HX-Request": "true", "HX-Target": "rows"}), parts)
    assert "整页" in shown(asked(**{"HX-Request": "true", "HX-Target": "other"}), parts)


def test_caches_are_told_that_the_answer_varies() -> None:
    response = page(asked(), "ui/parts/empty.html", {"icon": "inbox", "title": ""})
    assert "HX-Request" in response["Vary"]


ALLOWED = {"state": {"open", "closed"}, "q": None}


def test_a_list_comes_back_as_it_was_left() -> None:
    first = asked("/?state=open&q=燃气")
    assert remember(first, "h", ALLOWED).values == {"state": "open", "q": "燃气"}
    later = asked("/")
    later.session = first.session
    filters = remember(later, "h", ALLOWED)
    assert filters.recalled and filters.get("state") == "open" and later.GET["q"] == "燃气"


def test_an_address_with_filters_is_the_whole_truth() -> None:
    first = asked("/?state=open&q=燃气")
    remember(first, "h", ALLOWED)
    link = asked("/?state=closed")
    link.session = first.session
    filters = remember(link, "h", ALLOWED)
    assert filters.values == {"state": "closed"} and not filters.recalled


def test_filters_that_are_not_allowed_are_dropped() -> None:
    assert remember(asked("/?state=secret&other=1"), "h", ALLOWED).values == {}


def test_each_list_has_its_own_memory_and_reset_forgets() -> None:
    first = asked("/?state=open")
    remember(first, "h", ALLOWED)
    other = asked("/")
    other.session = first.session
    assert remember(other, "letters", ALLOWED).values == {}
    reset = asked("/?reset")
    reset.session = first.session
    assert remember(reset, "h", ALLOWED).values == {}
    again = asked("/")
    again.session = first.session
    assert not remember(again, "h", ALLOWED).recalled


def test_clearing_a_filter_by_form_is_kept() -> None:
    first = asked("/?state=open")
    remember(first, "h", ALLOWED)
    cleared = asked("/?state=&q=")
    cleared.session = first.session
    remember(cleared, "h", ALLOWED)
    again = asked("/")
    again.session = first.session
    assert remember(again, "h", ALLOWED).values == {}


@override_settings(XIAOAN_MENU=None, XIAOAN_TABS=None, XIAOAN_BELL=None, XIAOAN_DEMO=None)
def test_the_frame_stands_without_a_site() -> None:
    context = frame(asked())
    assert list(context["menu"]) == [] and not context["demo"] and context["actor"] is None
    assert list(context["tabs"]) == [] and not context["bell"].href


@override_settings(XIAOAN_MENU=f"{__name__}.menu", XIAOAN_BELL=f"{__name__}.bell", XIAOAN_DEMO=True)
def test_the_current_line_is_the_longest_that_fits_and_the_sites_list_stays_clean() -> None:
    context = frame(asked("/h/big/12/"))
    assert [item.on for item in context["menu"][0].entries] == [False, False, True]
    assert not any(item.on for item in MENU[0].entries)
    assert context["bell"].count == 2 and context["demo"]


@override_settings(XIAOAN_MENU=f"{__name__}.plain_menu")
def test_a_site_may_hand_over_plain_mappings() -> None:
    assert frame(asked("/h/"))["menu"][0].entries[0].on


def test_the_gallery_shows_every_component_and_the_title_twice() -> None:
    html = gallery(asked()).content.decode()
    assert "<title>组件 · 校安</title>" in html and html.count("<h1>组件</h1>") == 2  # once for paper
    assert 'lang="zh-CN"' in html


def test_a_title_is_escaped_once() -> None:
    source = '{% extends "ui/bare.html" %}{% block title %}{{ name }}{% endblock %}'
    html = engines["django"].from_string(source).render({"name": "甲 & 乙"}, asked())
    assert "<title>甲 &amp; 乙 · 校安</title>" in html


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500"])
def test_a_refusal_says_what_happened_and_what_to_do(name: str) -> None:
    html = render_to_string(f"{name}.html", {})
    assert html.count("<p>") >= 2 and "回首页" in html and "请" in html
