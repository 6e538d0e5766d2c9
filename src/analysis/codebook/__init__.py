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
    Unit,
    Village,
    Wave,
    index_of,
)

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
    "Unit",
    "Village",
    "Wave",
    "find_codebook",
    "index_of",
    "key_of",
    "load",
]
