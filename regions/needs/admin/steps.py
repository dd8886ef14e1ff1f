"""The screens of steps: what is asked is shown, a POST takes the step, a refusal keeps all."""

from datetime import timedelta
from http import HTTPStatus
from typing import ClassVar

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from regions.admin.guard import row_keys
from regions.admin.scoped import ScopedRows
from regions.lifecycle import Lifecycle, Party, Refusal, RefusedError, plain
from regions.models import ChainedLog
from regions.policy import Action, colleagues

from ..lifecycle import NEED, SHARED_NEED
from ..models import Need, NeedState, SharedNeed
from ..services import erase_contact, merge, restore
from .need import may_erase
from .step_forms import NEED_FORMS, AbsorbForm, StepForm
from .step_links import AT_ONCE, claimed_by_another, step_links, why_not
from .words import answers_of, heading_of, name_of

#: Refusals after which somebody else's step is seen first.
OVERTAKEN = frozenset({Refusal.STATE, Refusal.CHANGED, Refusal.PARTY})
#: The same form from the same person within this time is a double click.
JUST_NOW = timedelta(minutes=1)


class StepScreen(ScopedRows, WagtailAdminTemplateMixin, TemplateView):
    """One step of one row."""

    template_name = "needs/admin/step.html"
    scope_action = Action.CHANGE
    lifecycle: ClassVar[Lifecycle]
    namespace: ClassVar[str]
    forms: ClassVar[dict[str, type[StepForm]]]
    #: Set by the viewset.
    model: type[Model] | None = None
    action = ""
    header_icon = ""

    def setup(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        """Find the row among one's own."""
        super().setup(request, *args, **kwargs)
        self.object = get_object_or_404(self.scoped(), pk=self.kwargs["pk"])

    @property
    def screen_url(self) -> str:
        """The address of the row's own screen."""
        return reverse(f"{self.namespace}:inspect", args=[self.object.pk])

    def get_page_title(self) -> str:
        """Return what the step is called."""
        return str(self.lifecycle.lines[self.action].label)

    def get_page_subtitle(self) -> str:
        """Return the row's reference."""
        return str(self.object)

    def get_breadcrumbs_items(self) -> list[dict]:
        """Return the way here."""
        plural = self.model._meta.verbose_name_plural
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse(f"{self.namespace}:index"), "label": plural.capitalize()},
            {"url": self.screen_url, "label": str(self.object)},
            {"url": "", "label": self.get_page_title()},
        ]

    def may(self) -> bool:
        """Return whether the step can be taken from here now."""
        return self.lifecycle.may(self.object, self.action, self.request.user)

    def why_not(self) -> str:
        """Return why the step is refused whatever is typed; empty where it can be taken."""
        if not self.may():
            return str(self.lifecycle.already(self.object))
        line, form = self.lifecycle.lines[self.action], self.forms[self.action]
        return why_not(self.lifecycle, self.object, line, self.request.user, form)

    def make_form(self, **kwargs: object) -> StepForm:
        """Return the form of the step."""
        return self.forms[self.action](row=self.object, **kwargs)

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show what is asked; a step that is not open leads back with a word on it."""
        hindered = self.why_not()
        if hindered:
            messages.warning(request, hindered)
            return redirect(self.screen_url)
        asked = row_keys(request.GET.getlist("into")[:1])
        return self.show(self.make_form(initial={"into": asked[0]} if asked else {}))

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Take the step, or put a canned text into the form."""
        if insert := request.POST.get("insert"):
            form = self.make_form(data=request.POST)
            form.insert(insert)
            initial = {name: form.data.get(name) for name in form.fields}
            return self.show(self.make_form(initial=initial))
        form = self.make_form(data=request.POST)
        if not form.is_valid():
            return self.refused(form, HTTPStatus.OK)
        try:
            done = self.take(form)
        except RefusedError as refused:
            overtaken = refused.reason in OVERTAKEN
            latest = self.latest_step() if overtaken else None
            if latest and self.is_same(form, latest):
                self.object.refresh_from_db()
                messages.success(request, self.told(self.object))
                return HttpResponseRedirect(self.screen_url)
            form.take_over(refused)
            if latest and (who := self.who_was_first(latest)):
                form.add_error(None, who)
            return self.refused(form, HTTPStatus.CONFLICT if overtaken else HTTPStatus.OK)
        messages.success(request, self.told(done))
        return HttpResponseRedirect(self.screen_url)

    def latest_step(self) -> ChainedLog | None:
        """Return the last step that somebody took; what followed from it is none."""
        steps = self.object.log.exclude(party=Party.CONSEQUENCE).select_related("actor")
        return steps.order_by("-number").first()

    def is_same(self, form: StepForm, entry: ChainedLog) -> bool:
        """Return whether ``entry`` is this very form, sent by this person a moment ago."""
        mine = entry.actor_id == self.request.user.pk and entry.action == self.action
        if not mine or timezone.now() - entry.at > JUST_NOW:
            return False
        said = form.details()
        said.pop("from", None)  # the step itself has changed where it stands
        into = said.get("into")
        words = {name: text for name, text in (said.get("values") or {}).items() if text}
        stored = type(self.object).objects.get(pk=self.object.pk)
        return (
            entry.text == str(said.get("text") or "")
            and entry.facts.get("into") == (into.pk if into else None)
            and all(plain(said[name]) == fact for name, fact in entry.facts.items() if name in said)
            and all(getattr(stored, name, text) == text for name, text in words.items())
        )

    def who_was_first(self, entry: ChainedLog) -> str:
        """Return who took the last step, where that was another of one's own people."""
        if entry.actor_id == self.request.user.pk:
            return ""
        if not colleagues(self.request.user).filter(pk=entry.actor_id).exists():
            return ""
        line = self.lifecycle.lines.get(entry.action)
        return _("%(name)s was first: “%(step)s”.") % {
            "name": name_of(entry.actor),
            "step": line.label if line else entry.action,
        }

    def take(self, form: StepForm) -> Model:
        """Take the step through the table."""
        return self.lifecycle.apply(
            self.object,
            self.action,
            by=self.request.user,
            seen=form.cleaned_data["seen"],
            **form.details(),
        )

    def told(self, row: Model) -> str:
        """Return what is said afterwards."""
        return _("%(reference)s is “%(state)s” now.") % {
            "reference": row,
            "state": row.get_state_display(),
        }

    def refused(self, form: StepForm, status: HTTPStatus) -> HttpResponse:
        """Show the form with what is wrong; a step without questions leads back to the row."""
        if self.action in AT_ONCE:
            for text in [text for texts in form.errors.values() for text in texts]:
                messages.error(self.request, text)
            return redirect(self.screen_url)
        return self.show(form, status)

    def show(self, form: StepForm, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
        """Show the form."""
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def get_context_data(self, **kwargs: object) -> dict:
        """Return the form, and the row as it stands now."""
        form = kwargs["form"]
        return super().get_context_data(**kwargs) | {
            "object": self.object,
            "action": self.action,
            "possible": self.may(),
            "screen_url": self.screen_url,
            "canned": {
                name: [(f"{name}:{number}", label) for number, (label, _text) in enumerate(texts)]
                for name, texts in form.canned.items()
            },
            "others": step_links(
                self.lifecycle,
                self.object,
                self.request.user,
                self.forms,
                namespace=self.namespace,
            ),
        }


class NeedStepScreen(StepScreen):
    """A step of a need, with the submitter's words beside what is asked."""

    lifecycle = NEED
    namespace = "need_desk"
    forms = NEED_FORMS

    def scoped(self) -> QuerySet:
        """Return the own region's needs that were sent."""
        rows = super().scoped().exclude(state=NeedState.DRAFT)
        rows = rows.select_related("region", "municipality", "service_area", "network")
        return rows.select_related("shared_need", "claimed_by").prefetch_related("actions")

    def get_context_data(self, **kwargs: object) -> dict:
        """Return the context with the need in words."""
        need: Need = self.object
        return super().get_context_data(**kwargs) | {
            "need": need,
            "heading": heading_of(need),
            "answers": answers_of(need),
            "anothers": claimed_by_another(need, self.request.user)
            if need.state == NeedState.IN_MODERATION
            else "",
        }

    def told(self, need: Need) -> str:
        """Return what is said afterwards: of a move, where the need stands now."""
        if self.action != "move" or need.shared_need is None:
            return super().told(need)
        alone = need.shared_need.accepted_needs().count() == 1
        words = (
            _("%(need)s stands alone now, as %(shared)s.")
            if alone
            else _("%(need)s stands in %(shared)s now.")
        )
        return words % {"need": need, "shared": need.shared_need}


class EraseScreen(NeedStepScreen):
    """Forget who reported a need, as they asked for; the need itself is withdrawn if undecided."""

    scope_action = Action.VIEW
    forms: ClassVar = {"erase": StepForm}

    def may(self) -> bool:
        """Return whether there is anybody to forget, whatever the need's state."""
        return may_erase(self.object, self.request.user)

    def take(self, form: StepForm) -> Need:
        """Erase by the service, which withdraws first where it has to."""
        return erase_contact(self.object, by=self.request.user)


class SharedStepScreen(StepScreen):
    """A step of a shared need."""

    lifecycle = SHARED_NEED
    namespace = "shared_need_desk"
    forms: ClassVar = {"absorb": AbsorbForm, "restore": StepForm, "reopen": StepForm}

    def take(self, form: StepForm) -> SharedNeed:
        """Merge and restore with all needs behind it; anything else is a step of its own."""
        seen, by = form.cleaned_data["seen"], self.request.user
        if self.action == "absorb":
            merge(self.object, form.cleaned_data["into"], by=by, seen=seen)
        elif self.action == "restore":
            restore(self.object, by=by, seen=seen)
        else:
            return super().take(form)
        self.object.refresh_from_db()
        return self.object

    def get_context_data(self, **kwargs: object) -> dict:
        """Return the context with the shared need."""
        return super().get_context_data(**kwargs) | {"shared": self.object}
