"""A coordinator's browser at the desk, and what stands on its pages."""

from __future__ import annotations

from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from regions.models import User


class Desk:
    """Asks the desk's screens as one person."""

    def __init__(self, user: User) -> None:
        self.client = Client()
        self.client.force_login(user)

    def queue(self, **query: object) -> HttpResponse:
        return self.client.get(reverse("need_desk:index"), query)

    def read(self, row: Model, **query: object) -> HttpResponse:
        return self.client.get(_address(row, "inspect"), query)

    def ask(self, row: Model, step: str, **query: object) -> HttpResponse:
        return self.client.get(_address(row, step), query)

    def take(self, row: Model, step: str, **data: object) -> HttpResponse:
        """Take a step, having seen ``row`` as it is in memory."""
        return self.client.post(_address(row, step), {"seen": row.version} | data)


def _address(row: Model, name: str) -> str:
    desk = "need_desk" if row._meta.model_name == "need" else "shared_need_desk"
    return reverse(f"{desk}:{name}", args=[row.pk])


def text_of(answer: HttpResponse) -> str:
    return answer.content.decode()
