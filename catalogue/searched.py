"""The texts of a body that are searched, read from what is stored.

Wagtail's ``get_searchable_content`` takes values, and to have them reads each page's pictures and
documents from the database. Their names are no part of the text, so nothing is read here.
"""

from __future__ import annotations

from collections.abc import Iterator

from wagtail.blocks import Block, ChooserBlock, ListBlock, StreamBlock, StreamValue, StructBlock
from wagtail.images.blocks import ImageBlock


def searched_texts(body: StreamValue) -> list[str]:
    """Return the texts of a body, in its order: as Wagtail gives them. No query."""
    return list(_texts(body.stream_block, body.raw_data))


def _texts(block: Block, raw: object) -> Iterator[str]:
    """Yield the texts of a stored value of a block; of what has no form that it knows, none."""
    if raw is None or not getattr(block, "search_index", True) or isinstance(block, ChooserBlock):
        return
    if isinstance(block, StreamBlock):
        for child in raw:
            if child["type"] in block.child_blocks:
                yield from _texts(block.child_blocks[child["type"]], child["value"])
    elif isinstance(block, ListBlock):
        for item in raw:
            yield from _texts(block.child_block, _of_item(item))
    elif isinstance(block, StructBlock):
        if isinstance(block, ImageBlock) and (not isinstance(raw, dict) or raw.get("decorative")):
            return
        for name, child in block.child_blocks.items():
            yield from _texts(child, raw.get(name))
    else:
        yield from block.get_searchable_content(block.to_python(raw))


def _of_item(item: object) -> object:
    """Return the value of an item of a list: stored with a key, or by itself as once was done."""
    is_keyed = isinstance(item, dict) and item.get("type") == "item" and "value" in item
    return item["value"] if is_keyed else item
