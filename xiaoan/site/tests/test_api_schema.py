"""Every operation of the API against its own description, by schemathesis: no fault, no status, media type or body that is
not described, with right input and with wrong."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import one_of
from jsonschema_rs import Draft202012Validator
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from conftest import Cast
from xiaoan.engines.connect.api import api, operations
from xiaoan.engines.connect.problems import TOLD
from xiaoan.engines.connect.tests.making import a_client, a_token, key
from xiaoan.engines.sheets.tests.making import a_record
from xiaoan.policies.book import forget_book
from xiaoan.site.tests import made
from xiaoan.site.tests.test_rights_matrix import ARGUMENT, PAGES, address, who_may
from xiaoan.site.wsgi import application

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "4"))
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
BY_NAME = {p.name: route for route, p in PAGES.items() if route.startswith("api/")}
NAMES = [(name, method) for name, operation in operations() for method in operation.methods]


class Undone(Exception):
    """Takes back what an example wrote."""


@pytest.fixture(autouse=True)
def connection_of_the_test() -> Iterator[None]:
    """The site's own WSGI application answers in the test's transaction: it must not let go of the connection, as it does
    after each request elsewhere."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written meanwhile is taken back."""
    try:
        with transaction.atomic():
            yield
            raise Undone
    except Undone:
        forget_book()


@cache
def description() -> Any:
    return json.loads(json.dumps(api().get_openapi_schema(), default=str))


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "method"), NAMES)
def test_an_operation_does_what_it_says(name: str, method: str, cast: Cast, wednesday: Any) -> None:
    route = BY_NAME[name]
    right = PAGES[route].callback.rights[method]  # type: ignore[attr-defined]
    role, home, _ = who_may(right, cast)
    headers = {"Authorization": f"Bearer {a_token(cast, role, home)}"}
    parts = address(route, cast, cast.primary).partition("?")[0].strip("/").split("/")
    known = {ARGUMENT.findall(a)[0]: b for a, b in zip(route.strip("/").split("/"), parts, strict=True) if "<" in a}
    schema = schemathesis.openapi.from_dict(description())
    schema.app = application
    operation = schema["/" + ARGUMENT.sub(r"{\1}", route)][method]

    @seed(20261118)
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )  # fmt: skip
    @given(one_of(operation.as_strategy(mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)))
    def holds(case: Any) -> None:
        case.path_parameters = {**(case.path_parameters or {}), **known}
        with undone():
            case.call_and_validate(headers={**headers, **(key() if method != "GET" else {})}, checks=CHECKS)

    holds()


@pytest.mark.django_db
def test_lists_that_are_not_checked_as_they_are_sent_are_as_described(cast: Cast, wednesday: Any) -> None:
    a_record(cast.primary)
    made.an_assignment(cast, cast.primary)
    made.an_exemption(cast, cast.primary)
    client, schema = a_client(a_token(cast, "county_officer")), description()
    for kind in ("records", "tasks", "assignments", "exemptions", "documents", "units", "posts"):
        query = {"whose": "all"} if kind == "assignments" else {}
        told = client.get(f"/api/{kind}/", query)
        assert told.json()["rows"], kind
        conforms(schema, f"/api/{kind}/", told.json())
        one = next(p for p in schema["paths"] if p.startswith(f"/api/{kind}/{{") and p.count("/") == 4)
        conforms(schema, one, client.get(f"/api/{kind}/{told.json()['rows'][0]['id']}/").json())


def conforms(schema: Any, path: str, told: Any) -> None:
    """Against the schema of the 200, with no key that is not in it."""
    wanted = schema["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    Draft202012Validator({**closed(wanted), "components": closed(schema["components"])}).validate(told)


def closed(schema: Any) -> Any:
    """The same, but what is not described is wrong."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: closed(each) for name, each in schema.items()}
    return (
        {**made, "additionalProperties": False} if "properties" in schema and schema.get("type") == "object" else made
    )


def test_the_description_names_every_refusal_and_the_key_of_every_write() -> None:
    ids = []
    for path, methods in description()["paths"].items():
        for method, told in methods.items():
            ids.append(told["operationId"])
            assert {str(status) for status in TOLD} <= set(told["responses"]), path
            assert (method != "get") == any(p["name"] == "Idempotency-Key" for p in told["parameters"]), path
            assert told["summary"] and told["tags"], path
    assert len(ids) == len(set(ids)) > 50
