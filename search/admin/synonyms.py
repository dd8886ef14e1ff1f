"""The screens of synonyms: the list, and a form with a box to try a search in."""

from __future__ import annotations

from typing import ClassVar

import django_filters
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn

from regions.admin.forms import DeskForm
from regions.admin.scoped import (
    ScopedCreateView,
    ScopedEditView,
    ScopedFilterSet,
    ScopedModelViewSet,
)

from ..analysis import LONGEST_WORD, words_of
from ..forms import MAX_TEXT
from ..models import Synonym
from ..synonyms.models import PHRASE_MAX, WordLanguage, normal
from ..synonyms.trying import try_search
from .suggested import SuggestedView, SynonymIndexView

#: The button that tries instead of saving.
TRY = "action-try"
SIDES = ("words", "other_words")


class SynonymForm(DeskForm):
    """A pair of words."""

    class Meta:
        widgets: ClassVar = {"note": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name in SIDES:
            _say_too_long(self.fields[name])


class TryForm(forms.Form):
    """A search to try; it belongs to the box, not to the pair."""

    try_text = forms.CharField(
        label=_("Try a search"),
        max_length=MAX_TEXT,
        required=False,
        error_messages={
            "max_length": _("A search has at most %(limit_value)d characters: shorten it first."),
            "null_characters_not_allowed": _("There is a character in it that nobody can type."),
        },
    )
    try_language = forms.ChoiceField(
        label=_("As somebody who reads"), choices=settings.LANGUAGES, required=False
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _say_too_long(self.fields["try_text"])

    def clean_try_text(self) -> str:
        """Refuse what holds no word, saying why."""
        text = self.cleaned_data["try_text"]
        if words_of(text):
            return text
        if any(len(word) > LONGEST_WORD for word in text.split()):
            raise ValidationError(_("No word is as long as this: shorten it first."))
        raise ValidationError(_("Type a search with a word in it first."))


def _say_too_long(field: forms.Field) -> None:
    """Let the form say that a text is too long: a browser would cut it without a word."""
    field.widget.attrs.pop("maxlength", None)


class TriesSearches:
    """The form's second button: nothing is saved, what was typed stays, the box has the answer."""

    template_name: ClassVar[str]

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Try, or save."""
        if TRY not in request.POST:
            return super().post(request, *args, **kwargs)
        with transaction.atomic():  # the form's version check takes a lock
            return self._try()

    def _try(self) -> HttpResponse:
        self.object = self.get_object() if "pk" in self.kwargs else None
        self.form = self.get_form()
        row = self.form.instance if self._is_whole() else None
        wrong = [text for texts in self.form.errors.values() for text in texts]
        box = TryForm(self.request.POST)
        box.is_valid()  # what is wrong is said in the box; a language that is none is one's own
        text = box.cleaned_data.get("try_text", "")
        language = box.cleaned_data.get("try_language") or _reading()
        tried = try_search(text, language, row) if text else None
        context = self.get_context_data(
            tried=tried, has_row=row is not None, wrong=wrong, was_tried=True
        )
        return self.render_to_response(context)

    def _is_whole(self) -> bool:
        """Whether the pair can be tried; a side that nobody has written yet is no mistake."""
        whole = self.form.is_valid()
        for name in SIDES:
            if not self.request.POST.get(name, "").strip():
                self.form.errors.pop(name, None)
        return whole

    def get_context_data(self, **kwargs: object) -> dict:
        """Add the box, with what is likely to be tried first."""
        context = super().get_context_data(**kwargs)
        if TRY in self.request.POST:
            box = TryForm(self.request.POST)
            box.is_valid()
        else:
            row = context["form"].instance
            box = TryForm(initial={"try_text": row.words, "try_language": _reading()})
        return context | {"box": box, "try_name": TRY}


def _reading() -> str:
    """Return the language of the person, as one that readers can choose."""
    codes = [code for code, _name in settings.LANGUAGES]
    own = (get_language() or "").split("-")[0]
    return own if own in codes else codes[0]


class SynonymCreateView(TriesSearches, ScopedCreateView):
    """A new pair; what a list of searches knows of it is filled in."""

    template_name = "search/admin/synonym_create.html"

    def get_initial_form_instance(self) -> Synonym:
        """Return a pair with the words and the language of the address."""
        asked = self.request.GET
        language = asked.get("words_language", "")
        return Synonym(
            words=normal(asked.get("words", ""))[:PHRASE_MAX],
            words_language=language if language in WordLanguage.values else WordLanguage.ANY,
        )


class SynonymEditView(TriesSearches, ScopedEditView):
    """A change of a pair."""

    template_name = "search/admin/synonym_edit.html"


class SynonymFilterSet(ScopedFilterSet):
    """Narrows the list to pairs with a language on either side."""

    language = django_filters.ChoiceFilter(
        label=_("Language of either side"),
        choices=[choice for choice in WordLanguage.choices if choice[0]],
        method="filter_language",
    )

    class Meta:
        model = Synonym
        fields: ClassVar = ["language", "both_ways", "own_readers_only"]

    def filter_language(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Keep the pairs with the language on one side or the other."""
        return queryset.filter(Q(words_language=value) | Q(other_language=value))


class SynonymViewSet(ScopedModelViewSet):
    """Synonyms, shared by all regions."""

    model = Synonym
    icon = "link"
    menu_order = 320
    add_to_admin_menu = True
    index_view_class = SynonymIndexView
    add_view_class = SynonymCreateView
    edit_view_class = SynonymEditView
    form_base = SynonymForm
    form_fields: ClassVar = [
        "words",
        "words_language",
        "other_words",
        "other_language",
        "both_ways",
        "own_readers_only",
        "note",
    ]
    list_display: ClassVar = [
        "words",
        "words_language",
        BooleanColumn("both_ways", label=_("Both ways")),
        "other_words",
        "other_language",
        "note",
    ]
    list_export: ClassVar = form_fields
    filterset_class = SynonymFilterSet
    search_fields: ClassVar = ["words", "other_words", "note"]

    def get_urlpatterns(self) -> list:
        """Add the pairs that are offered."""
        view = self.construct_view(SuggestedView)
        return [*super().get_urlpatterns(), path("suggested/", view, name="suggested")]
