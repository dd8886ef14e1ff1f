"""Screens for models that are not pages, narrowed to one's own region in every view.

Wagtail's generic views narrow none of this by themselves: edit, delete, history, inspect and copy
look up any row, filters offer any row, and a save can move a row to another region.
"""

from typing import ClassVar

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model, ProtectedError, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.views.generic import chooser, history
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.models import BaseLogEntry

from ..models.vocabulary import in_reading_order
from ..policy import Action, any_of, colleagues, declared, policy_for
from .export import ReadableExport
from .forms import DeskForm, desk_form
from .guard import declare, desk, row_keys
from .naming import used_by


class ScopedFilterSet(WagtailFilterSet):
    """Offers only the rows of one's own region to filter by."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for item in self.filters.values():
            queryset = getattr(item, "queryset", None)
            if isinstance(queryset, QuerySet) and queryset.model in declared():
                policy = policy_for(queryset.model)
                own = policy.narrow(queryset, self.request.user, Action.CHOOSE)
                item.queryset = in_reading_order(own)


class ScopedRows:
    """For every view: all rows it can reach are those its action allows the person."""

    scope_action = Action.VIEW

    def scoped(self) -> QuerySet:
        """Return the rows that this view may reach."""
        return policy_for(self.model).rows(self.request.user, self.scope_action)

    def get_base_queryset(self) -> QuerySet:
        """Return the rows to list and export."""
        return self.scoped()

    def get_base_object_queryset(self) -> QuerySet:
        """Return the rows whose history can be read."""
        return self.scoped()

    def get_queryset(self) -> QuerySet:
        """Return the rows among which an object is looked up."""
        return self.scoped()


class SavedInScope:
    """After a save: the row must still be one the person may have saved, else nothing is kept."""

    def save_instance(self) -> Model:
        """Save, then check where the row ended up."""
        with transaction.atomic():
            instance = super().save_instance()
            if not policy_for(self.model).may_on(self.request.user, self.scope_action, instance):
                raise PermissionDenied
        return instance


class ScopedIndexView(ReadableExport, ScopedRows, generic.IndexView):
    """The list, its filters and its export."""

    base_filterset_class = ScopedFilterSet
    #: Relations that the columns read, fetched with the rows.
    list_select_related: ClassVar[tuple[str, ...]] = ()

    def get_base_queryset(self) -> QuerySet:
        """Return the scoped rows with what their columns show, in one query."""
        rows = super().get_base_queryset()
        return rows.select_related(*self.list_select_related) if self.list_select_related else rows

    def get_queryset(self) -> QuerySet:
        """Return the scoped rows, filtered, searched and ordered."""
        return generic.IndexView.get_queryset(self)


class ScopedCreateView(SavedInScope, generic.CreateView):
    """A new row, in one's own region."""

    scope_action = Action.ADD


class ScopedEditView(SavedInScope, ScopedRows, generic.EditView):
    """A change of a row that was and stays in one's own region."""

    scope_action = Action.CHANGE

    def get_last_updated_info(self) -> BaseLogEntry | None:
        """Return the last log entry, unless somebody of another region is its author."""
        entry = super().get_last_updated_info()
        named = entry and colleagues(self.request.user).filter(pk=entry.user_id).exists()
        return entry if named else None

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Hold the lock that the form's version check takes until the row is saved."""
        with transaction.atomic():
            return super().post(request, *args, **kwargs)


class ScopedDeleteView(ScopedRows, generic.DeleteView):
    """Deletion of a row that nothing else uses."""

    scope_action = Action.DELETE

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Refuse with a word on what still uses the row, instead of failing or cutting ties."""
        uses = used_by(self.object, request.user)
        if uses:
            messages.error(
                request,
                _("“%(object)s” is still in use and cannot be deleted. Used by: %(uses)s.")
                % {"object": self.object, "uses": "; ".join(uses)},
            )
            return redirect(self.index_url_name)
        try:
            return super().dispatch(request, *args, **kwargs)
        except (ProtectedError, ValidationError):
            messages.error(request, _("It is in use by now and cannot be deleted."))
            return redirect(self.index_url_name)


class OwnPeopleColumn(history.LogEntryUserColumn):
    """Who did it, by name only if it was somebody of one's own region."""

    def __init__(self, name: str, *, people: QuerySet, **kwargs: object) -> None:
        super().__init__(name, **kwargs)
        self.people = frozenset(people.values_list("pk", flat=True))

    def get_cell_context_data(self, instance: BaseLogEntry, parent_context: dict) -> dict:
        """Return the name to show, or where the person is."""
        context = super().get_cell_context_data(instance, parent_context)
        if instance.user_id and instance.user_id not in self.people:
            context |= {"value": None, "display_name": _("Somebody in another region")}
        return context


class OwnHistoryFilterSet(history.HistoryFilterSet):
    """Offers only people of one's own region to filter by."""

    def get_users_queryset(self) -> QuerySet:
        """Return those in the log whom the person may see named."""
        return super().get_users_queryset().filter(pk__in=colleagues(self.request.user))


class ScopedHistoryView(ScopedRows, history.HistoryView):
    """Who changed a row, and when. Rows that all regions share are changed by strangers too."""

    filterset_class = OwnHistoryFilterSet

    @cached_property
    def columns(self) -> list[Column]:
        """The columns, with names of one's own people only."""
        people = OwnPeopleColumn(
            "user", label=_("User"), width="25%", people=colleagues(self.request.user)
        )
        return [people if column.name == "user" else column for column in super().columns]

    def get_queryset(self) -> QuerySet:
        """Return the log entries of the scoped row."""
        return history.HistoryView.get_queryset(self)

    def get_base_queryset(self) -> QuerySet:
        """Return the log entries of the scoped row."""
        return history.HistoryView.get_base_queryset(self)


class DeclaredRoutes:
    """Declares the routes of a viewset to the guard: its views narrow their rows themselves."""

    def on_register(self) -> None:
        """Declare each route as open to the desk."""
        super().on_register()
        routes = [route.name for route in self.get_urlpatterns()]
        declare(desk, *(f"{self.url_namespace}:{name}" for name in routes))


class ScopedModelViewSet(DeclaredRoutes, ModelViewSet):
    """The screens of a model that has a policy; subclasses say fields, columns and filters.

    There is no copy (codes and names are unique) and no usage screen (it counts and names rows of
    other regions).
    """

    index_view_class = ScopedIndexView
    add_view_class = ScopedCreateView
    edit_view_class = ScopedEditView
    delete_view_class = ScopedDeleteView
    history_view_class = ScopedHistoryView
    copy_view_enabled = False
    form_base: ClassVar[type[DeskForm]] = DeskForm
    list_per_page = 50
    list_select_related: ClassVar[tuple[str, ...]] = ()
    search_backend_name = None

    def get_form_class(self, for_update: bool = False) -> type:
        """Return a form that narrows its choices and notices concurrent edits."""
        if self._edit_handler:
            return self._edit_handler.get_form_class()
        return desk_form(self.model, self.form_fields, self.form_base)

    def get_common_view_kwargs(self, **kwargs: object) -> dict:
        """Return what all views share, without the usage screen."""
        return {**super().get_common_view_kwargs(**kwargs), "usage_url_name": None}

    def get_index_view_kwargs(self, **kwargs: object) -> dict:
        """Return what the list needs, with the relations that its columns read."""
        related = {"list_select_related": self.list_select_related}
        return super().get_index_view_kwargs(**related, **kwargs)

    def get_urlpatterns(self) -> list:
        """Return the routes without the usage screen, and without delete where nobody may."""
        hidden = {"usage"}
        if not policy_for(self.model).rights.get(Action.DELETE):
            hidden.add("delete")
        return [route for route in super().get_urlpatterns() if route.name not in hidden]

    def get_permissions_to_register(self) -> QuerySet:
        """Return no permissions: rights follow memberships, they are not ticked on groups."""
        return super().get_permissions_to_register().none()


class _ChooserRows:
    """For every chooser view: only rows the person may choose."""

    def _choosable(self) -> QuerySet:
        return policy_for(self.model_class).rows(self.request.user, Action.CHOOSE)

    def get_object_list(self) -> QuerySet:
        return self._choosable()

    def get_object(self, pk: object) -> Model:
        keys = row_keys([pk])
        if keys is None:
            raise Http404("No row has such a key")
        return get_object_or_404(self._choosable(), pk=keys[0])

    def get_objects(self, pks: list) -> QuerySet:
        return self._choosable().filter(pk__in=row_keys(pks) or [])


class _ScopedChoose(_ChooserRows, chooser.ChooseView):
    pass


class _ScopedChooseResults(_ChooserRows, chooser.ChooseResultsView):
    pass


class _ScopedChosen(_ChooserRows, chooser.ChosenView):
    pass


class _ScopedChosenMultiple(_ChooserRows, chooser.ChosenMultipleView):
    pass


class ChooserSearchForm(BaseFilterForm):
    """A search box that looks in the columns the chooser names."""

    q = forms.CharField(label=gettext_lazy("Search term"), required=False, max_length=80)
    lookups: ClassVar[list[str]] = []

    def filter(self, objects: QuerySet) -> QuerySet:
        """Keep the rows in which any of the columns holds the words."""
        objects = super().filter(objects)
        words = self.cleaned_data.get("q")
        if words:
            self.is_searching = True
            self.search_query = words
            objects = objects.filter(any_of(Q(**{lookup: words}) for lookup in self.lookups))
        return objects


class ScopedChooserViewSet(DeclaredRoutes, ChooserViewSet):
    """A chooser that offers and returns only rows of one's own region."""

    search_lookups: ClassVar[list[str]] = []

    choose_view_class = _ScopedChoose
    choose_results_view_class = _ScopedChooseResults
    chosen_view_class = _ScopedChosen
    chosen_multiple_view_class = _ScopedChosenMultiple
    per_page = 20

    def get_common_view_kwargs(self, **kwargs: object) -> dict:
        """Return what all views share, with the search box of this chooser."""
        search = type("SearchForm", (ChooserSearchForm,), {"lookups": self.search_lookups})
        return {**super().get_common_view_kwargs(**kwargs), "filter_form_class": search}

    def get_urlpatterns(self) -> list:
        """Return the routes without creation: rows are made on their own screens."""
        return [route for route in super().get_urlpatterns() if route.name != "create"]
