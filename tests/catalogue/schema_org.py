"""What schema.org says of the types we use, written down apart from the code that makes them.

From the definitions of https://schema.org/Course and so on (version 29): each type with its
properties, and what these may hold: a type's name, or a pattern of text.
"""

from __future__ import annotations

import json
import re

from bs4 import BeautifulSoup
from django.http import HttpResponse

URL = r"https?://[^\s/]+/\S*"
TEXT = r"(?s).*\S.*"
WHEN = r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d[+-]\d\d:\d\d)?"
HOW_LONG = r"PT(?=.)(\d+H)?(\d+M)?"
LANGUAGE = r"nb|nn|sv|en"
NUMBER = (int, float)

THING = {"@id": URL, "name": TEXT, "description": TEXT, "url": URL, "image": URL}
EVENT = {
    "startDate": WHEN,
    "endDate": WHEN,
    "previousStartDate": WHEN,
    "eventStatus": r"https://schema\.org/Event(Scheduled|Rescheduled|Cancelled)",
    "eventAttendanceMode": r"https://schema\.org/(Online|Offline|Mixed)EventAttendanceMode",
    "location": ["Place", "VirtualLocation"],
    "offers": ["Offer"],
    "maximumAttendeeCapacity": int,
    "remainingAttendeeCapacity": int,
    "inLanguage": LANGUAGE,
}
TYPES: dict[str, dict[str, object]] = {
    "Course": {
        "inLanguage": LANGUAGE,
        "provider": ["Organization", "CollegeOrUniversity"],
        "educationalLevel": TEXT,
        "numberOfCredits": ["QuantitativeValue"],  # a StructuredValue
        "audience": ["Audience"],
        "about": ["Thing"],
        "teaches": TEXT,
        "coursePrerequisites": TEXT,
        "educationalCredentialAwarded": TEXT,
        "syllabusSections": ["Syllabus"],
        "hasCourseInstance": ["CourseInstance"],
    },
    "CourseInstance": {
        **EVENT,
        "courseMode": r"onsite|online|blended",
        "courseWorkload": HOW_LONG,
    },
    "Organization": {},
    "CollegeOrUniversity": {},
    "QuantitativeValue": {"value": NUMBER, "unitText": TEXT},
    "Audience": {"audienceType": TEXT},
    "Thing": {},
    "Syllabus": {"timeRequired": HOW_LONG},
    "Place": {"address": TEXT},
    "VirtualLocation": {},
    "Offer": {
        "price": r"\d+\.\d\d",
        "priceCurrency": r"NOK|SEK",
        "category": r"Free|Paid",
        "availability": r"https://schema\.org/(InStock|SoldOut)",
        "availabilityStarts": WHEN,
        "availabilityEnds": WHEN,
    },
    "BreadcrumbList": {"itemListElement": ["ListItem"]},
    "ItemList": {"itemListElement": ["ListItem"], "numberOfItems": int},
    "ListItem": {"position": int, "item": URL},
}
#: What search engines ask for at least.
NEEDED = {
    "Course": {"name", "description", "provider"},
    "CourseInstance": {"courseMode"},
    "Offer": {"price", "priceCurrency", "category"},
    "ListItem": {"position"},
}


def scripts(response: HttpResponse) -> list[str]:
    """Return what stands in the page's data scripts, as an HTML parser sees it."""
    page = BeautifulSoup(response.content, "html.parser")
    return [each.string for each in page.select('script[type="application/ld+json"]')]


def read(response: HttpResponse) -> dict[str, dict]:
    """Return the page's data by type, each checked against schema.org."""
    found = {}
    for text in scripts(response):
        data = json.loads(text)
        assert data.pop("@context") == "https://schema.org"
        check(data)
        assert data["@type"] not in found
        found[data["@type"]] = data
    return found


def check(node: dict) -> None:
    """Assert that a node and all below it is what schema.org has."""
    kind = node["@type"]
    known = {**THING, **TYPES[kind]}
    assert node.keys() >= NEEDED.get(kind, set()), (kind, node)
    for name, value in node.items():
        if name == "@type":
            continue
        assert name in known, (kind, name)
        for each in value if isinstance(value, list) else [value]:
            _check_value(known[name], each, f"{kind}.{name}")


def _check_value(expected: object, value: object, where: str) -> None:
    if isinstance(expected, list):
        assert isinstance(value, dict), where
        assert value["@type"] in expected, where
        check(value)
    elif isinstance(expected, str):
        assert isinstance(value, str), where
        assert re.fullmatch(expected, value), (where, value)
    else:
        assert isinstance(value, expected), where
        assert not isinstance(value, bool), where
