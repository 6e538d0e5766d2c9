"""No name, number, phone or address of a respondent gets past the door: every byte that a run writes is searched."""

import base64
import csv
import html
import re
import urllib.parse
import zipfile

import openpyxl
import pandas as pd
import pytest

PERSONAL = {
    "nama", "nama responden", "nama lengkap", "nik", "no nik", "no ktp", "no hp", "nomor hp", "no wa", "email",
    "alamat", "alamat email", "telepon", "no telp",
}  # fmt: skip
WORD = re.compile(r"[\w@+'-]+(?:\.[\w@+'-]+)*")
LONGEST = 5
"""Words in the longest identity that is looked for word by word."""
PATTERNS = {
    "NIK": re.compile(r"(?<![\d.])\d{16}(?![\d.])"),
    "phone": re.compile(r"(?<![\d.])(?:\+?62|0)8\d{8,11}(?!\d)"),
    "e-mail": re.compile(r"[\w.+-]{2}@[\w-]+\.[a-z]{2,}"),
}
FREE = {"tidak ada", "kosong", "sangat baik", "kurang baik", "tidak baik"}
"""Words that stand under such a heading in a legend and are nobody."""


def grids(path):
    """Return the rows of a workbook's sheets, as text."""
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path, read_only=True)
        return [[[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)] for sheet in book]
    if path.suffix == ".csv":
        return [list(csv.reader(path.read_text(encoding="utf-8-sig", errors="replace").splitlines(), delimiter=";"))]
    return []


def identities(raw):
    """Return what stands under headings of personal columns in the workbooks as they were sent."""
    found = set()
    for path in sorted(raw.rglob("*")):
        try:
            sheets = grids(path)
        except (zipfile.BadZipFile, KeyError):
            continue
        for rows in sheets:
            for top, heads in enumerate(rows[:12]):
                columns = [place for place, head in enumerate(heads) if plain(head) in PERSONAL]
                found |= {phrase(row[place]) for row in rows[top + 1 :] for place in columns if place < len(row)}
    return {one for one in found if len(one) >= 6 and one not in FREE}


def plain(head):
    return " ".join(re.sub(r"[^a-z]+", " ", head.lower()).split())


def phrase(text):
    return " ".join(WORD.findall(text.lower()))


def phrases(text):
    """Return every run of one to five words of a text, each also backwards."""
    words = WORD.findall(text.lower())
    runs = {" ".join(words[at : at + size]) for size in range(1, LONGEST + 1) for at in range(len(words) - size + 1)}
    return runs | {one[::-1] for one in words}


def texts(folder):
    """Return everything that a run wrote as text: tables read, archives opened, pictures decoded, entities resolved."""
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        data = path.read_bytes()
        parts = [data.decode("utf-8", "replace"), data.decode("utf-16-le", "replace")]
        if path.suffix == ".parquet":
            parts.append(pd.read_parquet(path).to_csv())
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as inside:
                parts += [inside.read(name).decode("utf-8", "replace") for name in inside.namelist()]
        for coded in re.findall(rb"base64,([A-Za-z0-9+/=]+)", data):
            parts.append(base64.b64decode(coded).decode("utf-8", "replace"))
        parts += [html.unescape(parts[0]), urllib.parse.unquote(parts[0])]
        yield path, "\n".join(parts)


@pytest.fixture(scope="module")
def written(city):
    return {path: text for folder in (city.processed, city.reports) for path, text in texts(folder)}


def test_people_were_named_in_what_came_in_and_the_search_would_find_them(city):
    found = identities(city.raw)
    assert len(found) >= 60
    assert sum(bool(PATTERNS["NIK"].search(one)) for one in found) >= 10
    leaky = " | ".join(sorted(found))
    assert phrases(leaky) >= {one for one in found if len(one.split()) <= LONGEST}


def test_nobody_is_named_in_what_goes_out(city, written):
    found = identities(city.raw)
    leaks = {path.name: len(found & phrases(text)) for path, text in written.items()}
    assert {name: count for name, count in leaks.items() if count} == {}


@pytest.mark.parametrize("kind", PATTERNS)
def test_nothing_that_goes_out_looks_like_a_personal_number(written, kind):
    shown = {path.name: re.sub(r"base64,[A-Za-z0-9+/=]+|[0-9a-f]{32,}", "", text) for path, text in written.items()}
    assert {
        name: len(PATTERNS[kind].findall(text)) for name, text in shown.items() if PATTERNS[kind].search(text)
    } == {}
