"""Reads calendar files by a library that did not write them."""

from __future__ import annotations

import vobject


def read(text: str) -> vobject.base.Component:
    """Return the calendar in ``text``, read by nothing but what stands in it.

    vobject keeps each zone that it meets, by name, for all files to come: that of a file with dates
    in winter alone would be asked about summer in the next.
    """
    zones = vars(vobject.icalendar)["__tzidMap"]
    kept = dict(zones)
    for name in set(zones) - {"UTC"}:
        del zones[name]
    try:
        return vobject.readOne(text)
    finally:
        zones.clear()
        zones.update(kept)
