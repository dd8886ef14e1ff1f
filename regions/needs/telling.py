"""Who is told of a step of a need. The texts stand in ``templates/mail/``."""

from collections.abc import Callable

from regions.lifecycle import Party, Step, Teller
from regions.models import ChainedLog, Membership, Role
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


def answered(by_submitter: str, by_contact: str) -> Teller:
    """Tell whoever reported the need that it was answered for, and whether somebody else did."""
    kinds = {Party.CONTACT: submitter(by_contact)}
    other = submitter(by_submitter)

    def teller(need: Need, step: Step, entry: ChainedLog) -> None:
        kinds.get(step.party, other)(need, step, entry)

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


def co_signers(kind: str) -> Callable[[SharedNeed, Step, ChainedLog], None]:
    """Tell the mailboxes of the municipalities that have said they have it too."""

    def teller(shared: SharedNeed, step: Step, entry: ChainedLog) -> None:
        for sign in shared.co_signs.order_by("pk"):
            tell(
                kind,
                to=f"municipality:{sign.municipality_id}",
                event=f"shared-need-log:{entry.pk}",
                facts={"shared": shared.pk, "municipality": sign.municipality_id},
            )

    return teller


def coordinators_of_co_signed(kind: str) -> Callable[[SharedNeed, Step, ChainedLog], None]:
    """Tell the region's coordinators, where municipalities have said they have it too."""

    def teller(shared: SharedNeed, step: Step, entry: ChainedLog) -> None:
        if not shared.co_signs.exists():
            return
        there = Membership.objects.in_force().filter(region=shared.region_id, role=Role.COORDINATOR)
        for user in there.order_by("user").values_list("user", flat=True).distinct():
            tell(
                kind,
                to=f"user:{user}",
                event=f"shared-need-log:{entry.pk}",
                facts={"shared": shared.pk},
            )

    return teller
