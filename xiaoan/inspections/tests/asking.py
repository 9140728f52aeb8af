"""Asking the pages of inspections as somebody."""

from typing import Any

from django.test import Client
from django.urls import reverse

from conftest import Cast
from xiaoan.engines.resource.testing import sheet_of
from xiaoan.ground.people.models import Person
from xiaoan.ground.units.models import Unit


def opened(cast: Cast, role: str, unit: Unit | None = None, person: Person | None = None) -> Client:
    client = Client()
    client.force_login(person or cast.post(role, unit or cast.home_of(role)).person)
    return client


def page(client: Client, name: str, *args: Any, query: str = "") -> str:
    answer = client.get(reverse(f"inspections:{name}", args=args) + query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def texts(client: Client, url: str) -> list[list[Any]]:
    return sheet_of(client.get(url))
