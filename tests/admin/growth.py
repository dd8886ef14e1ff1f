"""Many more of what lists list and counts count, in a region that has one of everything."""

from __future__ import annotations

from django.core.management import call_command
from django.db.models import Model

from catalogue.models import CourseDocument, Picture
from regions.models import ProfessionalNetwork, Role
from tests import factories
from tests.needs import makers

from .sides import (
    Side,
    make_accepted,
    make_course,
    make_occasion,
    make_round,
    make_search,
    need_words,
)


def grow(side: Side, shared: dict[str, Model], number: int = 10) -> None:
    """Add ``number`` more of what lists list and counts count."""
    for turn in range(number):
        course = make_course(side, f"mer {turn}", shared, owner=side.editor)
        course.body = side.offering.body  # another link to a page of the own region
        course.save_revision().publish()
        make_occasion(side, course)
        make_round(side, f"mer runde {turn}")
        make_course(side, f"mer utkast {turn}", shared, live=False, owner=side.editor)
        town = factories.make_municipality(
            side.region, name=side.named(f"sted {turn}"), slug=side.slug(f"sted {turn}")
        )
        seat = factories.make_seat(side.region, municipality=town)
        person = factories.make_user(email=side.mail(f"mer{turn}"), first_name=side.named("mer"))
        factories.make_holder(seat, user=person)
        factories.make_member(side.region, Role.SUBMITTER, user=person)
        ProfessionalNetwork.objects.create(region=side.region, name=side.named(f"krets {turn}"))
        makers.make_submitted(town, **need_words(side, f"mer {turn}"))
        make_accepted(side, f"mer {turn}")
        make_search(side, f"mer søk {turn}")
        for model, name in ((Picture, "picture"), (CourseDocument, "document")):
            file = model.objects.get(pk=side.things[name].pk)
            file.pk, file.id, file.title = None, None, side.named(f"fil {turn}")
            file.save()
            file.tags.add(side.named(f"lapp {turn}"))
            if model is Picture:
                file.get_rendition("max-165x165")
    call_command("rebuild_references_index", verbosity=0)
    call_command("rebuild_modelsearch_index", verbosity=0)
