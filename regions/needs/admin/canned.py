"""Texts to start from when a need is returned or not taken up, in the submitter's language."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

#: Questions by a short name; the coordinator chooses by ``label`` and goes on writing.
QUESTIONS = (
    (_("Who and how many"), _("Who needs this, and how many are they out of how many?")),
    (
        _("An example"),
        _("Can you give an example of what does not work, without naming anybody?"),
    ),
    (
        _("What they should master"),
        _("What should people be able to do afterwards that they cannot do today?"),
    ),
    (
        _("Somebody is named"),
        _(
            "Your text seems to name a person. Can you tell it again without names or anything "
            "that shows who it is?"
        ),
    ),
)
#: What can be done meanwhile, or instead.
ALTERNATIVES = (
    (
        _("Talk to the network"),
        _("Talk to the professional network of your field: others may have solved this."),
    ),
    (
        _("Look in the catalogue"),
        _("Look in the catalogue of courses: there may be a course that helps already."),
    ),
    (
        _("Take it up with the manager"),
        _(
            "Take it up with your manager: routines, staffing or equipment may help more than "
            "training."
        ),
    ),
    (
        _("Tell us again"),
        _("You are welcome to report it again when more people are concerned."),
    ),
)


def in_language(text: Promise, language: str) -> str:
    """Return a canned text in the language of whoever reported the need."""
    with override(language):
        return str(text)
