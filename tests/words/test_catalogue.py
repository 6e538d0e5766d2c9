"""Both languages say everything, with the same blanks to fill in; nothing is fuzzy."""

from pathlib import Path
from string import Formatter

import nbformat
import pytest
from babel.messages.pofile import read_po

from analysis import words

ROOMS = sorted({path.name for path in Path(words.__file__).parent.glob("*/*.po")})
NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


def blanks(text: str) -> set[str]:
    return {name.split(".")[0] for _, name, _, _ in Formatter().parse(text) if name}


def test_every_key_stands_in_both_languages():
    keys = {lang: {key for key in words.catalogue(lang) if key[0] != words.PROSE} for lang in words.LANGUAGES}
    assert keys["id"] == keys["en"]


def test_both_languages_have_the_same_blanks():
    english = words.catalogue("en")

    def asked(forms):
        return {frozenset(blanks(form) - {"count"}) for form in forms}

    different = [key for key, forms in words.catalogue("id").items() if asked(forms) != asked(english[key])]
    assert different == []


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("room", ROOMS)
def test_no_message_is_fuzzy_or_empty(lang, room):
    path = Path(words.__file__).parent / lang / room
    if not path.is_file():
        assert room == "notebooks.po"
        return
    with path.open("rb") as file:
        texts = read_po(file, locale=lang)
    unfinished = [entry.id for entry in texts if entry.id and (entry.fuzzy or not entry.string)]
    assert unfinished == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_prose_cell_of_a_notebook_has_its_english_twin(path):
    cells = [cell.source.strip() for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown"]
    missing = [cell for cell in cells if (words.PROSE, cell) not in words.catalogue("en")]
    assert missing == []


def test_a_text_that_does_not_exist_is_an_error_that_names_it():
    with pytest.raises(words.MissingWordsError, match=r"no text for 'nothing\.here' in 'id'"):
        words.say("nothing.here", "id")
