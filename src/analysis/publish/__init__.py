"""What may leave the building: the plan, numbers, words, tables and charts. Pure; the only room that rounds."""

from . import policy, topics
from .brief import Brief, Item, Section, brief
from .groups import dimensions
from .look import Look
from .markup import Entry, Figure, Heading, Sentences, Table
from .policy import may_show, plan
from .releases import release_diff
from .show import Show, open_page
from .wording import numbers

__all__ = [
    "Brief",
    "Entry",
    "Figure",
    "Heading",
    "Item",
    "Look",
    "Section",
    "Sentences",
    "Show",
    "Table",
    "brief",
    "dimensions",
    "may_show",
    "numbers",
    "open_page",
    "plan",
    "policy",
    "release_diff",
    "topics",
]
