"""The why panel: sources left, one duty right, the strictest marked, what merging saves."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from conftest import Cast
from xiaoan.board.queries.why import read_why
from xiaoan.kernel.errors import NotKnown
from xiaoan.obligations.tests.making import make_document, publish
from xiaoan.obligations.tests.test_evidence import drill

pytestmark = pytest.mark.usefixtures("wednesday")
TODAY = date(2026, 11, 18)


def two_documents(cast: Cast) -> None:
    publish(
        make_document(
            "C", {"practice": "drill", "every": "monthly", "binds": {"kinds": ["primary", "junior"]}}, tier="city"
        ),
        cast.city,
    )
    publish(
        make_document("D", {"practice": "drill", "every": "per_term", "binds": {"kinds": ["primary"]}}), cast.county
    )


def test_sources_merge_into_the_strictest(cast: Cast) -> None:
    two_documents(cast)
    drill(cast.actor("safety_director"), cast)
    why = read_why("drill", cast.primary, TODAY)
    assert [(s.tier, s.rhythm, s.strictest) for s in why.sources] == [
        ("市", "每月 1 次", True),
        ("区", "每学期 1 次", False),
    ]
    assert (why.rhythm, why.documents) == ("每月 1 次", 2)
    assert {c.label: c.state for c in why.cells} == {"9月": "missed", "10月": "missed", "11月": "done", "12月": "next"}
    assert why.saving is not None
    assert (why.saving.merged, why.saving.apart, why.saving.less) == (4, 5, 1)
    assert "5 天" in why.norms[0]
    assert "幼儿园" in why.unbound


def test_a_school_that_one_document_does_not_bind_sees_only_the_other(cast: Cast) -> None:
    two_documents(cast)
    assert [s.duty.key for s in read_why("drill", cast.junior, TODAY).sources] == ["C-1"]
    with pytest.raises(NotKnown):
        read_why("drill", cast.kindergarten, TODAY)


def test_the_panel_says_it_in_words(cast: Cast, django_assert_max_num_queries: Any) -> None:
    two_documents(cast)
    client = cast.client("safety_director")
    address = reverse("board:why", args=["drill"])
    client.get(address)
    with django_assert_max_num_queries(20):
        body = client.get(address).content.decode()
    assert "合成一件事" in body
    assert "记一次，2 份文件同时落实" in body
    assert "各算各的要 5 次" in body
    part = client.get(address, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert client.get(reverse("board:why", args=["nothing"])).status_code == 404
    assert client.get(address, {"unit": cast.junior.id}).status_code == 404
