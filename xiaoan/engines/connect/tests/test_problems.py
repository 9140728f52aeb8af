from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse, JsonResponse
from django.test import Client, RequestFactory

from conftest import Cast
from xiaoan.engines.connect.problems import MEDIA_TYPE, TOLD, Problem, ProblemMiddleware
from xiaoan.engines.connect.tests.making import a_client, a_token, key

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]


def said(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal that has the one shape."""
    assert answer.headers["Content-Type"] == MEDIA_TYPE, answer.content
    told = Problem.model_validate(answer.json())
    assert (
        told.status == answer.status_code and told.detail == told.sentence and told.detail.endswith(("。", "Allow。"))
    )
    assert told.type == f"urn:xiaoan:problem:{told.code}"
    return answer.status_code, told.code


def test_every_refusal_has_the_one_shape(cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client = a_client(a_token(cast, "safety_director"), raise_request_exception=False)
    json = "application/json"
    assert said(Client().get("/api/records/")) == (401, "not_signed_in")
    assert said(Client().get("/api/nothing/")) == (401, "not_signed_in")
    assert said(client.get("/api/nothing/")) == (404, "no_such_address")
    assert said(client.get("/api/journal/")) == (403, "not_allowed")
    assert said(client.get("/api/records/01930000-0000-7000-8000-000000000000/")) == (404, "not_known")
    assert said(client.get("/api/records/?limit=0")) == (422, "invalid")
    assert said(client.get("/api/records/\0/")) == (400, "malformed")
    refused = client.delete("/api/records/", headers=key())
    assert said(refused) == (405, "method_not_allowed") and "GET" in refused.headers["Allow"]
    for body in ("{", '{"a": NaN}', "[" * 100_000, '"' + "\\ud800" * 3):
        assert said(client.post("/api/records/", body, content_type=json, headers=key())) == (400, "malformed")
    assert said(client.post("/api/records/", "a=1", content_type="text/plain", headers=key()))[0] == 415
    assert said(client.post("/api/records/", {"a": "1"}, headers=key()))[0] == 415
    assert said(client.post("/api/files/", {}, headers=key()))[0] == 422
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert said(client.post("/api/records/", {"a": "1" * 200}, content_type=json, headers=key())) == (413, "too_large")

    def broken(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError

    monkeypatch.setattr("xiaoan.engines.resource.api.page_of", broken)
    assert said(client.get("/api/records/")) == (500, "fault")


@pytest.mark.parametrize("status", TOLD)
def test_a_refusal_from_outside_the_api_gets_the_shape_and_keeps_its_words(status: int) -> None:
    def outer(make: Callable[[], HttpResponse], path: str = "/api/records/") -> Any:
        return ProblemMiddleware(lambda request: make())(RequestFactory().get(path))

    plain = outer(lambda: HttpResponse("<h1>", status=status, headers={"Retry-After": "9"}))
    assert plain.headers["Content-Type"] == MEDIA_TYPE and plain.headers["Retry-After"] == "9"
    worded = outer(lambda: JsonResponse({"sentence": "请等 9 秒。"}, status=status))
    assert "请等 9 秒。" in worded.content.decode()
    page = outer(lambda: HttpResponse("<h1>", status=status), "/records/")
    assert page.content == b"<h1>"


def test_an_answer_of_the_api_is_kept_by_nobody_else(cast: Cast) -> None:
    assert "private" in a_client(a_token(cast, "safety_director")).get("/api/records/").headers["Cache-Control"]
