"""Every phrase of the room is asked for by some line of code, and stands in both languages with the same places."""

import ast
import re
from pathlib import Path

import pytest

from analysis import words

SRC = Path(__file__).parents[2] / "src" / "analysis"


def said(*rooms):
    """Return the texts that code holds: whole ones, and those with something filled in (as beginning and end)."""
    whole, filled = set(), set()
    for path in (path for room in rooms for path in sorted((SRC / room).rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = [str(one.value) if isinstance(one, ast.Constant) else None for one in node.values]
                first, last = parts[0] or "", (parts[-1] or "") if len(parts) > 1 else ""
                filled.add((first.removeprefix("publish."), last))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value.removeprefix("publish."))
    return whole, {one for one in filled if len("".join(one).strip("_")) > 2}


def named(text):
    """Return a text of the code as the catalogue spells it."""
    return re.sub("[ -]", "_", text.replace(".", "")).lower()


def keys():
    names = {key.removeprefix("publish.") for _, key in words.catalogue("id") if key.startswith("publish.")}
    return sorted(names)


def test_every_phrase_is_asked_for_somewhere():
    whole, filled = said("publish", "pages")
    known = {named(text) for text in said("publish", "pages", "oversight", "survey", "codebook", "intake")[0]}
    known |= {text.removeprefix("caption_") for text in known}
    lost = []
    for name in (one.removesuffix("_plain") for one in keys()):
        middles = [
            name[len(first) : len(name) - len(last)] for first, last in filled
            if name.startswith(first) and name.endswith(last) and len(name) > len(first) + len(last)
        ]  # fmt: skip
        if name not in whole and not any(middle in known or middle in whole for middle in middles):
            lost.append(name)
    assert lost == []


@pytest.mark.parametrize("name", keys())
def test_a_phrase_has_the_same_places_in_both_languages(name):
    places = []
    for lang in words.LANGUAGES:
        told = words.catalogue(lang)["", f"publish.{name}"]
        texts = told if isinstance(told, (list, tuple)) else [told]
        places.append({place for text in texts for place in re.findall(r"\{(\w+)\}", str(text))} - {"count"})
    assert places[0] == places[1]
