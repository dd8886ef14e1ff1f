"""Who is told of a step of a need. The texts stand in ``templates/mail/``."""

from collections.abc import Callable

from regions.lifecycle import Step, Teller
from regions.models import ChainedLog
from regions.outbox import tell

from .models import DeclineReason, Need, SharedNeed


def submitter(kind: str) -> Teller:
    """Tell whoever reported the need."""

    def teller(need: Need, step: Step, entry: ChainedLog) -> None:
        tell(kind, to=f"need:{need.pk}", event=f"need-log:{entry.pk}")

    return teller


def submitter_once(kind: str) -> Teller:
    """Tell whoever reported the need the first time only."""

    def teller(need: Need, step: Step, entry: ChainedLog) -> None:
        tell(kind, to=f"need:{need.pk}", event=f"need:{need.pk}")

    return teller


def submitter_unless_spam(kind: str) -> Teller:
    """Tell whoever reported the need, but give spam no answer."""
    told = submitter(kind)

    def teller(need: Need, step: Step, entry: ChainedLog) -> None:
        if step["reason"] != DeclineReason.SPAM:
            told(need, step, entry)

    return teller


def contact(kind: str) -> Teller:
    """Tell the municipality's mailbox."""

    def teller(need: Need, step: Step, entry: ChainedLog) -> None:
        tell(
            kind,
            to=f"municipality:{need.municipality_id}",
            event=f"need-log:{entry.pk}",
            facts={"need": need.pk, "reference": need.reference},
        )

    return teller


def everyone_behind(kind: str) -> Callable[[SharedNeed, Step, ChainedLog], None]:
    """Tell everyone whose need stands in the shared one, once for each step."""

    def teller(shared: SharedNeed, step: Step, entry: ChainedLog) -> None:
        for key in shared.accepted_needs().values_list("pk", flat=True):
            tell(kind, to=f"need:{key}", event=f"shared-need-log:{entry.pk}")

    return teller
