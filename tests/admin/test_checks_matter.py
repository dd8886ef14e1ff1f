"""Taking any check away is found: each is taken away here, and a walk must find something."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from django.db import transaction

from regions.admin import guard
from regions.policy import ADMIN, ModelPolicy, declared, policy_for
from search.admin.searches import SEARCHES

from .checks import CHECKS, Check
from .finders import (
    MakeWalker,
    Walks,
    choose_a_kind_of_page_that_only_they_have,
    does,
    walks,
    walks_exactly,
)
from .forms import post_foreign_choices
from .routes import admin_routes
from .walker import report

#: A check is taken away in Python: where its rows lie makes no difference.
pytestmark = pytest.mark.once


def _distinct_rules() -> Iterator[tuple[str, guard.Rule, tuple[str, ...]]]:
    """Return each rule that is more than "the desk", and each part of those with several."""
    admin_routes()  # the routes of screens are declared when they are made
    by_rule: dict[int, list[str]] = {}
    rules: dict[int, guard.Rule] = {}
    for name, rule in guard._rules.items():
        if rule not in (guard.anyone, guard.desk):
            by_rule.setdefault(id(rule), []).append(name)
            rules[id(rule)] = rule
    for key, names in by_rule.items():
        rule = rules[key]
        if not isinstance(rule, guard.Both):
            yield f"{_name(rule)} of {names[0]}", guard.desk, tuple(names)
            continue
        for part in rule.rules:
            rest = guard.Both(tuple(other for other in rule.rules if other is not part))
            yield f"{_name(part)} of {names[0]}", rest, tuple(names)


def _name(rule: guard.Rule) -> str:
    return getattr(rule, "__name__", repr(rule))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_without_a_check_something_is_found(
    check: Check, walker: MakeWalker, monkeypatch: pytest.MonkeyPatch
) -> None:
    check.weaken(monkeypatch)
    assert check.find(walker)


@pytest.mark.parametrize(
    ("weaker", "names"), [pytest.param(*rest, id=name) for name, *rest in _distinct_rules()]
)
def test_without_a_rule_something_is_found(
    weaker: guard.Rule, names: tuple[str, ...], walker: MakeWalker, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in names:
        monkeypatch.setitem(guard._rules, name, weaker)
    assert (
        walks_exactly("coordinator", names)(walker)
        or walks_exactly("admin", names)(walker)
        or choose_a_kind_of_page_that_only_they_have(walker("editor"))
    )


@pytest.mark.parametrize(
    "model",
    [
        model
        for model, policy in declared().items()
        if policy.region is not None and any(roles - {ADMIN} for roles in policy.rights.values())
    ],
    ids=lambda model: model.__name__,
)
def test_without_a_way_to_the_region_something_is_found(
    model: type, walker: MakeWalker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A policy that knows no region gives the rows of all to whoever has a right in one."""
    loose = replace(policy_for(model), region=None)
    monkeypatch.setattr(ModelPolicy, "narrow", _loosened(ModelPolicy.narrow, model, loose))
    screens = walks("coordinator", ":index", "_chooser:choose", ":edit", SEARCHES)
    forms = does(lambda person: post_foreign_choices(person, ("occasion", "network")))
    assert screens(walker) or forms(walker)


def _loosened(narrow: Callable, model: type, loose: ModelPolicy) -> Callable:
    def narrowed(
        policy: ModelPolicy, queryset: object, user: object, action: str = "view"
    ) -> object:
        return narrow(loose if policy.model is model else policy, queryset, user, action)

    return narrowed


def test_nothing_is_found_with_every_check_in_place(walker: MakeWalker) -> None:
    """The finders themselves find nothing: otherwise the tests above would prove nothing.

    Those that only walk do less than ``test_routes_walk``, where the same people walk everywhere.
    """
    others = {check.find: check.name for check in CHECKS if not isinstance(check.find, Walks)}
    for find, name in others.items():
        with transaction.atomic():
            assert report(find(walker)) == "", name
            transaction.set_rollback(True)  # some delete a row, or give a right, to look
