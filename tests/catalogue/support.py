"""What tests of pages and of the desk share."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup, SoupStrainer
from django.core.files.images import ImageFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from wagtail.models import Page
from wagtail.test.utils.form_data import nested_form_data, streamfield

from catalogue.models import CourseOccasion, Picture
from regions.models import Region, Role, User
from tests import factories

if TYPE_CHECKING:
    from django.http import HttpResponse

NO_DAYS = {"starts_on": None, "ends_on": None, "apply_by": None}
LIST = reverse("occasion:index")

Form = dict[str, object]


def signed_in(user: User) -> Client:
    """Return a browser of its own in which ``user`` is signed in, reading English."""
    user.language = "en"
    user.save()
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def member(region: Region, role: Role) -> Client:
    return signed_in(factories.make_member(region, role))


def edit_url(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def add_url(model: type, region: Region) -> str:
    parent = factories.index_page(region)
    return reverse("wagtailadmin_pages:add", args=["catalogue", model._meta.model_name, parent.pk])


def page_form(client: Client, url: str) -> Form:
    """Return what the page editor at ``url`` would send if nobody typed anything."""
    response = client.get(url)
    assert response.status_code == 200, response
    data = _fields(_form(response, r'<form[^>]+id="page-edit-form"'))
    if "body" in response.context["form"].fields:
        data |= body_of()
    return data


def desk_form(client: Client, url: str) -> Form:
    """Return what the form of a desk screen would send if nobody typed anything."""
    response = client.get(url)
    assert response.status_code == 200, response
    return _fields(_form(response, r'(?s)<main.*?<form[^>]+method="(?i:post)"'))


def with_values(data: Form, **values: object) -> Form:
    """Return a copy with some fields typed anew; a list chooses several, None leaves one out."""
    typed = {name.replace("__", "-"): value for name, value in values.items()}
    kept = {name: value for name, value in data.items() if name not in typed}
    return kept | {name: value for name, value in typed.items() if value is not None}


#: The fields of a form. The rest of the editor is long, and reading it slow.
FIELDS = SoupStrainer(["input", "textarea", "select", "option"])


def _form(response: HttpResponse, start: str) -> BeautifulSoup:
    """Return the fields of the form that begins where the pattern ``start`` ends."""
    text = response.content.decode()
    begin = re.search(start, text).end()
    return BeautifulSoup(
        text[begin : text.index("</form>", begin)], "html.parser", parse_only=FIELDS
    )


def _fields(form: BeautifulSoup) -> Form:
    """Return what a browser would send of a form, every choice of a group included."""
    data: dict[str, list[str]] = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        kind = field.get("type", "text")
        if kind in {"submit", "button", "file"}:
            continue
        if kind in {"checkbox", "radio"} and not field.has_attr("checked"):
            continue
        if field.name == "textarea":
            values = [field.text.removeprefix("\n")]
        elif field.name == "select":
            values = [each.get("value", "") for each in field.select("option[selected]")]
        else:
            values = [field.get("value", "on" if kind == "checkbox" else "")]
        data.setdefault(field["name"], []).extend(values)
    data.pop("csrfmiddlewaretoken", None)
    return dict(data)


def form_errors(response: HttpResponse) -> dict[str, list[str]]:
    """Return the messages of the form that a response shows again, by field."""
    assert response.status_code == 200, response
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


def messages_of(response: HttpResponse) -> str:
    """Return all messages that the page shows, as one text."""
    return " | ".join(str(message) for message in response.context["messages"])


def make_picture(*, white_from: int = 1600, **fields: object) -> Picture:
    """Make a picture of 1600 × 900, black up to a column, in the root collection."""
    buffer = BytesIO()
    drawing = Image.new("RGB", (1600, 900))
    drawing.paste((255, 255, 255), (white_from, 0, 1600, 900))
    drawing.save(buffer, "PNG")
    file = ImageFile(BytesIO(buffer.getvalue()), name="fjell.png")
    fields.setdefault("title", "Fjell")
    return Picture.objects.create(file=file, width=1600, height=900, **fields)


def occasion_rows() -> list[tuple]:
    """Return every occasion as it is stored, to show that nothing changed."""
    rows = [*CourseOccasion.objects.order_by("pk").values_list()]
    chosen = CourseOccasion.open_to.through.objects.order_by("pk").values_list()
    return [*rows, *chosen]


def page_rows() -> list[tuple]:
    """Return where every page stands and how it is published, to show that nothing changed."""
    return [
        *Page.objects.order_by("pk").values_list(
            "pk", "path", "numchild", "title", "draft_title", "live", "latest_revision_id"
        )
    ]


def body_of(*blocks: tuple[str, object]) -> dict[str, str]:
    """Return what the editor sends for a body of ``blocks``; the page's script writes these."""
    return nested_form_data({"body": streamfield(list(blocks))})


def cancel(occasion: CourseOccasion) -> None:
    rows = CourseOccasion.objects.filter(pk=occasion.pk)
    rows.update(cancelled=True, cancel_reason="Snø", version=occasion.version + 1)
    occasion.refresh_from_db()


def page_of(response: HttpResponse) -> BeautifulSoup:
    assert response.status_code == 200, response
    return BeautifulSoup(response.content, "html.parser")
