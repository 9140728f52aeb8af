"""What every list must do, as tests to inherit: name the resource, its address, and how rows are made."""

import io
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from xiaoan.engines.resource.checks import mistakes
from xiaoan.engines.resource.declare import Resource


@pytest.mark.django_db
class ResourceTests:
    """`make(cast, n)` makes n rows at the cast's primary school. `samples` gives a value for each free filter."""

    resource: ClassVar[Resource]
    url: ClassVar[str]
    api: ClassVar[str] = ""
    insider: ClassVar[str] = "county_officer"
    colleague: ClassVar[str] = "system_administrator"  # in the same county, without the right
    samples: ClassVar[dict[str, str]] = {}

    def make(self, cast: Any, n: int) -> list[Any]:
        raise NotImplementedError

    @pytest.fixture
    def inside(self, cast: Any, wednesday: Any) -> Client:
        return cast.client(self.insider)  # type: ignore[no-any-return]

    @pytest.fixture
    def outside(self, cast: Any, wednesday: Any) -> Client:
        return cast.client(self.insider, cast.other_county)  # type: ignore[no-any-return]

    def test_the_declaration_is_sound(self) -> None:
        assert list(mistakes(self.resource)) == []

    def test_without_the_right_the_list_and_the_api_are_refused(self, cast: Any, wednesday: Any) -> None:
        without = cast.client(self.colleague, cast.county)
        assert without.get(self.url).status_code == 403
        assert Client().get(self.url).status_code == 302
        if self.api:
            told = without.get(self.api)
            assert told.status_code == 403 and told.json()["sentence"].endswith("。")
            assert Client().get(self.api).status_code == 401

    def test_an_outsider_sees_no_row_and_gets_404_for_one(self, cast: Any, inside: Client, outside: Client) -> None:
        row = self.make(cast, 1)[0]
        assert self.resource.href(row) in inside.get(self.url).content.decode()
        assert self.resource.href(row) not in outside.get(self.url).content.decode()
        if self.api:
            assert inside.get(f"{self.api}{row.pk}/").json()["id"] == str(row.pk)
            assert outside.get(f"{self.api}{row.pk}/").status_code == 404
            assert outside.get(self.api).json()["rows"] == []

    def test_three_rows_take_as_many_queries_as_one(self, cast: Any, inside: Client) -> None:
        for url in filter(None, (self.url, self.api)):
            counts = []
            for n in (1, 2):
                self.make(cast, n)
                inside.get(url)  # what a process keeps is kept from here on
                with CaptureQueriesContext(
                    connection,
                ) as taken:
                    inside.get(url)
                counts.append(len(taken))
            assert counts[0] == counts[1], url

    def test_filters_are_remembered_until_they_are_reset(self, cast: Any, inside: Client) -> None:
        self.make(cast, 1)
        for each, value in self._values(cast):
            inside.get(self.url, {each.key: value})
            again = inside.get(self.url)
            assert again.context["filters"].get(each.key) == value and again.context["filters"].recalled
            assert not inside.get(self.url, {"reset": ""}).context["filters"].values

    def test_a_filter_that_cannot_be_used_is_said_and_left_out(self, cast: Any, inside: Client) -> None:
        self.make(cast, 1)
        for each in self.resource.filters:
            if each.kind == "words":
                continue
            page = inside.get(self.url, {each.key: "胡乱"})
            assert page.status_code == 200 and each.label in page.content.decode()
            if self.api:
                told = inside.get(self.api, {each.key: "胡乱"})
                assert told.status_code == 422 and each.key in told.json()["fields"]

    def test_the_export_holds_the_rows_of_the_list(self, cast: Any, inside: Client) -> None:
        self.make(cast, 3)
        for query in ({}, *({f.key: v} for f, v in self._values(cast))):
            listed = inside.get(self.url, query).context["found"].rows
            table = sheet_of(inside.get(f"{self.url}export.xlsx", query))
            assert table[0][: len(self.resource.columns)] == [c.label for c in self.resource.columns]
            assert len(table) - 1 == len(listed), query
            inside.get(self.url, {"reset": ""})

    def test_paging_walks_through_all_rows_once_and_back(self, cast: Any, inside: Client) -> None:
        made = {str(r.pk) for r in self.make(cast, 7)}
        if not self.api:
            return
        pages = list(self._walk(inside))
        assert [len(p["rows"]) for p in pages] == [3, 3, 1]
        assert {r["id"] for p in pages for r in p["rows"]} == made
        back = inside.get(self.api, {"before": pages[2]["before"], "limit": 3}).json()
        assert back["rows"] == pages[1]["rows"] and back["before"]

    def test_a_broken_cursor_shows_the_first_page(self, cast: Any, inside: Client) -> None:
        self.make(cast, 1)
        for cursor in ("x", "%00", "W10", "eyJhIjoxfQ", "A" * 500):
            assert len(inside.get(self.url, {"after": cursor}).context["found"].rows) == 1

    def _walk(self, client: Client) -> Iterator[dict[str, Any]]:
        after = ""
        while True:
            page = client.get(self.api, {"limit": "3", "after": after}).json()
            yield page
            if not (after := page["after"]):
                return

    def _values(self, cast: Any) -> Iterator[tuple[Any, str]]:
        """Each filter with a value: the sample given for it, else its first option."""
        actor = cast.actor(self.insider)
        for each in self.resource.filters:
            options = each.options(actor) if each.options else ()
            value = self.samples.get(each.key) or next((v for v, _ in options), "")
            if value:
                yield each, value


def sheet_of(response: Any) -> list[list[Any]]:
    """The first sheet of a workbook that was sent."""
    return next(iter(book_of(response).values()))


def book_of(response: Any) -> dict[str, list[list[Any]]]:
    """The sheets of a workbook that was sent, by name: rows of cells, the headings first."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content)))
    return {name: list(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names}
