"""Outlines of places that come with a codebook: GeoJSON beside it, by the name of the district a village lies in."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from .load import DATA

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .model import Codebook

Ring = tuple[tuple[float, float], ...]
"""An outer border as (longitude, latitude) pairs; the last equals the first."""


@cache
def _shipped() -> tuple[tuple[frozenset[str], dict[str, tuple[Ring, ...]]], ...]:
    """Return every shipped set of outlines: the names of its districts, and their villages' borders by district."""
    found = []
    for path in sorted(DATA.glob("*.geojson")):
        by_district: dict[str, list[Ring]] = {}
        for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
            border = feature["geometry"]["coordinates"][0]
            by_district.setdefault(feature["properties"]["district"], []).append(tuple((x, y) for x, y in border))
        found.append((frozenset(by_district), {name: tuple(rings) for name, rings in by_district.items()}))
    return tuple(found)


def outlines(book: Codebook, districts: Iterable[str] = ()) -> dict[str, tuple[Ring, ...]]:
    """Return the village borders of each district of ``book`` that has any; empty where its places are not shipped.

    A set of outlines is used when the codebook lists all of its districts, and ``districts`` (if given) are among them.
    """
    listed = {one.name for one in book.districts}
    for names, borders in _shipped():
        if names <= listed and names >= set(districts):
            return borders
    return {}
