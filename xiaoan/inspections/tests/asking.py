"""Asking the pages of inspections as somebody."""

from typing import Any

from django.test import Client
from django.urls import reverse

from xiaoan.engines.resource.testing import sheet_of


def page(client: Client, name: str, *args: Any, query: str = "") -> str:
    answer = client.get(reverse(f"inspections:{name}", args=args) + query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def texts(client: Client, url: str) -> list[list[Any]]:
    return sheet_of(client.get(url))
