"""The pairs that a new version brings: offered once, and added only by an editor."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from regions.admin.scoped import ScopedIndexView
from regions.policy import Action, policy_for

from ..models import Synonym
from ..synonyms.starting import answer, offered

#: Pairs on the screen at a time: each has two fields, and forms of a thousand are refused.
MOST_AT_ONCE = 200


class SynonymIndexView(ScopedIndexView):
    """The list, with a way to the pairs that are offered."""

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Tell who may add pairs how many are offered."""
        buttons = super().header_buttons
        if policy_for(Synonym).may(self.request.user, Action.ADD) and (number := len(offered())):
            text = ngettext("%(number)d suggested pair", "%(number)d suggested pairs", number)
            label, url = text % {"number": number}, reverse("synonym:suggested")
            buttons = [*buttons, HeaderButton(label, url=url, icon_name="download")]
        return buttons


class SuggestedView(WagtailAdminTemplateMixin, TemplateView):
    """Pairs to tick: those ticked are added, none of the others is offered again."""

    page_title = gettext_lazy("Suggested pairs")
    template_name = "search/admin/suggested.html"
    header_icon = "link"

    def setup(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        """Let pass who may add pairs."""
        super().setup(request, *args, **kwargs)
        if not policy_for(Synonym).may(request.user, Action.ADD):
            raise Http404

    def get_breadcrumbs_items(self) -> list[dict]:
        """Return the way here."""
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("synonym:index"), "label": Synonym._meta.verbose_name_plural},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: object) -> dict:
        """Add the pairs with their keys, and how many come after them."""
        pairs = sorted(offered().items())
        return super().get_context_data(**kwargs) | {
            "pairs": pairs[:MOST_AT_ONCE],
            "more": max(len(pairs) - MOST_AT_ONCE, 0),
        }

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Add those ticked, and say how many."""
        sent = request.POST
        added = answer(sent.getlist("shown"), sent.getlist("add"), by=request.user)
        number = len(added)
        text = ngettext("%(number)d pair was added.", "%(number)d pairs were added.", number)
        left = _("What you did not tick is not suggested again.")
        messages.success(request, f"{text % {'number': number}} {left}")
        return redirect("synonym:suggested" if offered() else "synonym:index")
