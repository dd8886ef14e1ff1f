"""Reporting a need on behalf of somebody who told it, on the telephone for instance."""

from typing import ClassVar
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from regions.lifecycle import Actor
from regions.models import Municipality, ServiceArea, User
from regions.models.region import Language
from regions.models.vocabulary import in_reading_order
from regions.policy import Action, policy_for, standing_of

from ..forms import DescribeForm, ReportForm
from ..models import Driver, Level, Need
from ..models.need import CHALLENGE_MAX, CHALLENGE_MIN, HEADCOUNT_MAX
from ..policies import COORDINATOR
from ..services import Contact, report
from .step_forms import TEXT, ListedErrors, RowField

#: The public form's words for what is wrong, under the names here.
_PUBLIC = {**DescribeForm.base_fields, **ReportForm.base_fields}
_PUBLIC["email"] = _PUBLIC["contact_email"]


class OnBehalfForm(ListedErrors, forms.Form):
    """What somebody told, and where they are answered."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    #: Nobody told it: the coordinator has seen it, and is asked and answered in their place.
    seen = forms.BooleanField(widget=forms.HiddenInput, required=False)
    municipality = RowField(
        label=gettext_lazy("Municipality"), queryset=Municipality.objects.none()
    )
    challenge = forms.CharField(
        label=gettext_lazy("What does not work well enough today?"),
        min_length=CHALLENGE_MIN,
        max_length=CHALLENGE_MAX,
        widget=TEXT,
        help_text=gettext_lazy("In their words, without names of clients, pupils or colleagues."),
    )
    email = forms.EmailField(
        label=gettext_lazy("Their e-mail"),
        max_length=254,
        help_text=gettext_lazy(
            "They get a mail to confirm that it is theirs, and the answers. It is shown to nobody "
            "else."
        ),
    )
    language = forms.ChoiceField(label=gettext_lazy("Their language"), choices=Language.choices)
    service_area = RowField(
        label=gettext_lazy("Service area"), queryset=ServiceArea.objects.all(), required=False
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Concerns"), choices=[("", "—"), *Level.choices], required=False
    )
    headcount = forms.IntegerField(
        label=gettext_lazy("How many need it"),
        min_value=1,
        max_value=HEADCOUNT_MAX,
        required=False,
    )
    headcount_of = forms.IntegerField(
        label=gettext_lazy("Out of how many"),
        min_value=1,
        max_value=HEADCOUNT_MAX,
        required=False,
    )
    driver = forms.ChoiceField(
        label=gettext_lazy("Driver"), choices=[("", "—"), *Driver.choices], required=False
    )
    action = forms.CharField(
        label=gettext_lazy("By what training"), max_length=300, widget=TEXT, required=False
    )
    #: Fields that are no part of the need itself.
    APART: ClassVar = ("key", "seen", "email", "language")

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["municipality"].queryset = municipalities_of(user)
        for name in self.fields.keys() & _PUBLIC.keys():
            self.fields[name].error_messages = _PUBLIC[name].error_messages
        self.is_seen = bool(self["seen"].value())
        if self.is_seen:
            self._ask_the_coordinator()
        area = self.fields["service_area"]
        area.queryset = in_reading_order(area.queryset)

    def _ask_the_coordinator(self) -> None:
        """Demand no address of somebody who does not exist, and say why a place is needed."""
        email, place = self.fields["email"], self.fields["municipality"]
        email.required = False
        email.label = _("E-mail of somebody who can confirm it")
        email.help_text = _("Leave it empty if you know nobody yet: then the mails come to you.")
        place.help_text = _(
            "Every need is a municipality’s: choose one that you have reason to believe has it."
        )
        self.fields["challenge"].help_text = _(
            "Write what you believe is behind the searches, and change it when you know more."
        )

    def values(self) -> dict[str, object]:
        """Return what the need says."""
        return {name: value for name, value in self.cleaned_data.items() if name not in self.APART}


def municipalities_of(user: User) -> QuerySet:
    """Return the municipalities of the regions that ``user`` coordinates."""
    regions = standing_of(user).regions(COORDINATOR)
    return Municipality.objects.filter(region__in=regions).select_related("region").order_by("name")


class OnBehalfScreen(WagtailAdminTemplateMixin, TemplateView):
    """Keeps a need as it was told, and sends it; whoever told it confirms it."""

    page_title = gettext_lazy("Report on behalf of somebody")
    template_name = "needs/admin/on_behalf.html"
    header_icon = "mail"

    def setup(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        """Let coordinators pass."""
        super().setup(request, *args, **kwargs)
        if not policy_for(Need).may(request.user, Action.ADD):
            raise Http404

    def get_breadcrumbs_items(self) -> list[dict]:
        """Return the way here."""
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("need_desk:index"), "label": _("Needs")},
            {"url": "", "label": self.get_page_title()},
        ]

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show the form."""
        place = municipalities_of(request.user).first()
        language = place.region.default_language if place else Language.NB
        told = {"key": uuid4(), "language": language, **self._begun()}
        form = OnBehalfForm(user=request.user, initial=told)
        return self.render_to_response(self.get_context_data(form=form))

    def _begun(self) -> dict[str, object]:
        """Return what the address has told already: what the matter is, and the service area."""
        asked = self.request.GET
        area = ServiceArea.objects.filter(slug=asked.get("area") or None).first()
        return {
            "challenge": asked.get("challenge", "")[:CHALLENGE_MAX],
            "service_area": area,
            "seen": asked.get("seen") == "1",
        }

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Keep and send the need; the same form again is the same need."""
        form = OnBehalfForm(data=request.POST, user=request.user)
        if form.is_valid():
            try:
                need, _new = self._report(form)
            except ValidationError as error:
                for name, texts in error.message_dict.items():
                    form.add_error(name if name in form.fields else None, texts)
            else:
                messages.success(
                    request,
                    _("%(reference)s is kept. It comes into the queue once they have confirmed it.")
                    % {"reference": need},
                )
                return redirect("need_desk:inspect", need.pk)
        return self.render_to_response(self.get_context_data(form=form))

    def _report(self, form: OnBehalfForm) -> tuple[Need, bool]:
        data = form.cleaned_data
        need, new = report(
            data["municipality"].region,
            key=data["key"],
            language=data["language"],
            values=form.values(),
            contact=Contact(data["email"] or self.request.user.email),
            send=Actor(self.request.user),
        )
        if not policy_for(Need).may_on(self.request.user, Action.VIEW, need):
            # Somebody else's key, typed by hand.
            raise Http404
        return need, new
