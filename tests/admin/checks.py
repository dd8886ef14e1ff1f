"""The checks of the desk, what takes each of them away, and what must then find something."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from django.conf import settings
from django.db.models import Q
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.views.generic import history
from wagtail.admin.views.pages.copy import CopyView
from wagtail.admin.views.pages.listing import GenericPageFilterSet
from wagtail.admin.views.pages.move import MoveChooseDestinationView
from wagtail.documents.views import documents
from wagtail.images.views import chooser, images
from wagtail.models import Page

from catalogue import forms as page_forms
from catalogue.admin import files, pages, waiting
from catalogue.admin.routes import only_own_pages
from regions import policy
from regions.admin import choices, guard, scoped
from regions.admin import forms as desk_forms
from regions.models import Municipality, User
from regions.needs.admin import on_behalf, step_forms, steps
from regions.needs.admin.need import NeedScreen
from regions.needs.admin.shared import SharedNeedScreen
from regions.needs.models import SharedNeed
from regions.policy import Standing, policy_for

from .finders import (
    Find,
    add_up_rights,
    counts,
    does,
    knocks,
    send_odd_input,
    type_a_foreign_address,
    walks,
)
from .forms import move_and_copy_abroad, post_foreign_choices, post_foreign_choices_on_pages

Weaken = Callable[[pytest.MonkeyPatch], None]


def sets(target: object, name: str, value: object) -> Weaken:
    """Put ``value`` in the place of the check."""
    return lambda patch: patch.setattr(target, name, value)


def everything(view: object, *arguments: object) -> object:
    """Return all rows of a view's model, whoever asks."""
    return view.model._default_manager.all()


def without_hook(name: str, function: Callable) -> Weaken:
    """Take a hook away."""

    def weaken(patch: pytest.MonkeyPatch) -> None:
        hooks.get_hooks(name)  # loads them all
        kept = [entry for entry in hooks._hooks[name] if entry[0] is not function]
        patch.setitem(hooks._hooks, name, kept)

    return weaken


def narrow_without_names(field: object, queryset: object) -> None:
    """Narrow what is taken, and let Wagtail name whatever was posted."""
    field.queryset = queryset


def members_ever(region_ids: frozenset[int]) -> Q:
    """Return whoever had a role in the regions at any time."""
    return Q(memberships__region__in=region_ids)


@dataclass(frozen=True)
class Check:
    """A check, what takes it away, and what must find that."""

    name: str
    weaken: Weaken
    find: Find


def rows(name: str, screen: type, *addresses: str) -> Check:
    """Return the check that a screen shows rows of one's own scope."""
    return Check(name, sets(screen, "scoped", everything), walks("coordinator", *addresses))


CHECKS = [
    rows("rows of lists", scoped.ScopedIndexView, ":index"),
    rows("rows to edit", scoped.ScopedEditView, ":edit", ":move"),
    rows("rows to delete", scoped.ScopedDeleteView, ":delete"),
    rows("rows with a history", scoped.ScopedHistoryView, ":history"),
    Check(
        "choices of filters",
        sets(scoped.ScopedIndexView, "base_filterset_class", WagtailFilterSet),
        walks("coordinator", ":index"),
    ),
    Check(
        "where a row ends up",
        sets(
            scoped.SavedInScope,
            "save_instance",
            lambda view: super(scoped.SavedInScope, view).save_instance(),
        ),
        does(add_up_rights),
    ),
    Check(
        "rows of choosers",
        sets(scoped._ChooserRows, "get_object_list", lambda view: view.model_class.objects.all()),
        walks("coordinator", "_chooser:choose"),
    ),
    Check(
        "the chosen row",
        sets(
            scoped._ChooserRows, "get_object", lambda view, pk: view.model_class.objects.get(pk=pk)
        ),
        walks("coordinator", "_chooser:chosen"),
    ),
    Check(
        "the chosen rows",
        sets(
            scoped._ChooserRows,
            "get_objects",
            lambda view, pks: view.model_class.objects.filter(pk__in=pks),
        ),
        walks("coordinator", "_chooser:chosen_multiple"),
    ),
    Check(
        "choices of desk forms",
        sets(desk_forms, "scope_choices", lambda form, user: None),
        does(lambda walker: post_foreign_choices(walker, ("network", "forum_seat", "occasion"))),
    ),
    Check(
        "choices of page forms",
        sets(page_forms, "scope_choices", lambda form, user: None),
        does(post_foreign_choices_on_pages, "editor"),
    ),
    Check(
        "names in choosers",
        sets(choices, "narrow", narrow_without_names),
        does(lambda walker: post_foreign_choices(walker, ("forum_seat",))),
    ),
    Check(
        "blocks",
        sets(choices, "_refuse_foreign_blocks", lambda field, user, stored: None),
        does(post_foreign_choices_on_pages, "editor"),
    ),
    Check(
        "rows of the page chooser",
        without_hook("construct_page_chooser_queryset", only_own_pages),
        walks("coordinator", "choose_page_search", "choose_page_child", "choose_page"),
    ),
    Check(
        "filters of the explorer",
        sets(pages.OwnPageFilterSet, "base_filters", GenericPageFilterSet.base_filters),
        walks("coordinator", "wagtailadmin_explore_root", "wagtailadmin_explore"),
    ),
    Check(
        "drafts on the home",
        sets(waiting, "own_pages", lambda standing: Page.objects.all()),
        walks("moved", "wagtailadmin_home"),
    ),
    Check(
        "pages on the home",
        without_hook("construct_homepage_summary_items", pages.count_own_pages),
        counts("wagtailadmin_home"),
    ),
    Check(
        "tags of pictures",
        sets(images.IndexView, "filterset_class", images.ImagesFilterSet),
        walks("editor", "wagtailimages:index"),
    ),
    Check(
        "tags of documents",
        sets(documents.IndexView, "filterset_class", documents.DocumentsFilterSet),
        walks("editor", "wagtaildocs:index"),
    ),
    Check(
        "tags in the chooser",
        sets(files.PictureChooseView, "get_context_data", chooser.ImageChooseView.get_context_data),
        walks("editor", "wagtailimages_chooser:choose"),
    ),
    Check(
        "where a copy goes",
        sets(pages.OwnCopyView, "get_form", CopyView.get_form),
        does(move_and_copy_abroad),
    ),
    Check(
        "a copy to nowhere",
        sets(pages.OwnCopyView, "post", CopyView.post),
        does(move_and_copy_abroad),
    ),
    Check(
        "where a page moves",
        sets(pages.OwnMoveView, "get_form", MoveChooseDestinationView.get_form),
        does(move_and_copy_abroad),
    ),
    Check(
        "names in a history",
        sets(
            scoped.OwnPeopleColumn,
            "get_cell_context_data",
            history.LogEntryUserColumn.get_cell_context_data,
        ),
        walks("coordinator", "provider:history_results"),
    ),
    Check(
        "people of a history",
        sets(
            scoped.OwnHistoryFilterSet,
            "get_users_queryset",
            history.HistoryFilterSet.get_users_queryset,
        ),
        walks("coordinator", "provider:history"),
    ),
    Check(
        "who saved last",
        sets(
            scoped.ScopedEditView,
            "get_last_updated_info",
            lambda view: super(scoped.ScopedEditView, view).get_last_updated_info(),
        ),
        walks("coordinator", "provider:edit"),
    ),
    Check(
        "groups of today",
        sets(guard, "sync_groups", lambda user: None),
        walks("moved", "wagtailimages:index", "wagtailadmin_explore_root"),
    ),
    Check(
        "people of today",
        lambda patch: patch.setitem(
            policy._policies, User, replace(policy_for(User), region=members_ever)
        ),
        walks("coordinator", "person_chooser:choose"),
    ),
    Check(
        "the door",
        lambda patch: patch.setattr(Standing, "may_enter_admin", value=True),
        knocks("keyed", "wagtailadmin_home", "wagtailadmin_account"),
    ),
    Check(
        "impossible values",  # SQLite fails on the numbers, PostgreSQL on null characters
        sets(guard, "_asks_the_impossible", lambda request: False),
        does(
            lambda walker: send_odd_input(
                walker, ("wagtailadmin_explore_root", "wagtailadmin_pages:type_use")
            )
        ),
    ),
    Check(
        "typed addresses",
        sets(settings, "WAGTAILADMIN_EXTERNAL_LINK_CONVERSION", "all"),
        does(type_a_foreign_address, "editor"),
    ),
    rows("needs that are read", NeedScreen, ":inspect"),
    rows(
        "needs that steps are taken with",
        steps.NeedStepScreen,
        "need_desk:claim",
        "need_desk:accept",
    ),
    rows("shared needs that are read", SharedNeedScreen, "shared_need_desk:inspect"),
    rows(
        "shared needs that steps are taken with", steps.SharedStepScreen, "shared_need_desk:absorb"
    ),
    Check(
        "shared needs to go into",
        sets(step_forms, "open_shared_needs", lambda row: SharedNeed.objects.all()),
        does(post_foreign_choices),
    ),
    Check(
        "municipalities to report for",
        sets(on_behalf, "municipalities_of", lambda user: Municipality.objects.all()),
        walks("coordinator", "need_desk:report"),
    ),
]
