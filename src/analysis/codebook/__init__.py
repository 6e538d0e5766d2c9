"""The codebook: what was asked, of whom, where, under which rule; dated TOML with one loader."""

from .checks import key_of
from .load import SHIPPED, find_codebook, load
from .model import (
    Codebook,
    District,
    FieldOf,
    Grade,
    Instrument,
    Item,
    Labelled,
    Measure,
    Rule,
    Status,
    Unit,
    Village,
    Wave,
    index_of,
)
from .order import half_up, wave_order, wave_place

__all__ = [
    "SHIPPED",
    "Codebook",
    "District",
    "FieldOf",
    "Grade",
    "Instrument",
    "Item",
    "Labelled",
    "Measure",
    "Rule",
    "Status",
    "Unit",
    "Village",
    "Wave",
    "find_codebook",
    "half_up",
    "index_of",
    "key_of",
    "load",
    "wave_order",
    "wave_place",
]
