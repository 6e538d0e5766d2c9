"""The texts beside the workbooks: the codebook that names the made-up units, and the log of what was planted where."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from typing import TYPE_CHECKING

from .paper import MARK, people_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from analysis.codebook.model import Codebook

    from .paper import Workbook
    from .truth import Truth

DIRT = {
    "test row": "baris percobaan, disisihkan / test row, set aside",
    "sent twice": "dikirim dua kali, ditandai / sent twice, flagged",
    "out of range": "nilai di luar 1-4, dikosongkan / score outside 1-4, left out",
    "unlisted answer": "jawaban tak dikenal, dikosongkan / unlisted answer, left out",
    "place misspelt": "kecamatan salah eja, dikosongkan / district misspelt, left out",
    "empty row": "baris kosong di tengah / empty row in between",
}  # fmt: skip
LIST_HEAD = "## Daftar berkas / List of files"
_LISTED = re.compile(r"^- `(?P<path>[^`]+)` (?P<seal>[0-9a-f]{16})$", re.MULTILINE)
FREE_NOTE = "Biaya gratis: U4 selalu 4. / Free of charge: U4 is always 4."


def codebook_text(truth: Truth, base: Codebook) -> str:
    """Return ``codebook.toml``: the made-up units and waves, extending the codebook ``base``."""
    lines = [
        f"# {MARK}. Unit-unit rekaan; tidak satu pun ada. / Made-up units; none of them exists.",
        "# To add your own units, copy this file beside your workbooks, drop made_up and name yours.",
        'id = "contoh"', f"version = {_text(base.version)}", f"extends = {_text(base.id)}", "made_up = true",
        'title = { id = "Kota Contoh (data rekaan)", en = "Example city (made-up data)" }',
        'source = "rekaan, dibuat oleh tilik example"',
        "", "[terms]",
        *(f"{_text(word.casefold())} = {{ id = {_text(word)}, en = {_text(twin)} }}"
          for word, twin in truth.register_words.items()),
    ]  # fmt: skip
    for wave in truth.waves:
        lines += ["", "[[wave]]", f"name = {_text(wave.name)}", f'start = "{wave.start}"', f'end = "{wave.end}"']
    for unit in truth.units:
        lines += [
            "", "[[unit]]", f"name = {_text(unit.name)}", f"sector = {_text(unit.sector)}",
            f"owner = {_text(unit.owner)}", f"free = {str(unit.free).lower()}",
            *(["one_stop = true"] if unit.name in truth.one_stop else []),
            f"aliases = [{', '.join(_text(one) for one in unit.aliases)}]",
        ]  # fmt: skip
        online = {one.service: one.wave for one in truth.technologies if one.unit == unit.name}
        for service in unit.services:
            english = truth.service_names.get(service, service)
            label = f"label = {{ id = {_text(service)}, en = {_text(english)} }}"
            lines += ["[[unit.service]]", f"name = {_text(service)}", label]
            lines += [f"online_from = {_text(online[service])}"] if service in online else []
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def log_text(truth: Truth, books: Sequence[Workbook]) -> str:
    """Return ``README.md``: what the folder is, what was planted, and what is wrong in which file."""
    lines = [
        f"# {MARK}", "",
        "Semua isi folder ini rekaan: unit, orang, jawaban dan angkanya. Dibuat dengan `tilik example`, digerakkan",
        "oleh `src/analysis/example/truth.toml`; ubah berkas itu, buat ulang, dan kit harus menemukan",
        "kebenaran yang baru.",
        "",
        "Everything in this folder is made up: units, people, answers and figures. Written by `tilik example`, driven",
        "by `src/analysis/example/truth.toml`; change that file, write again, and the kit should find the new",
        "truth.", "",
        "Nama dan NIK di dalamnya rekaan (kode wilayah 990099 tidak ada), gunanya untuk menguji bahwa keduanya tidak",
        "ikut terbaca. / Names and NIK are invented (no region has code 990099); they are there to be left out.", "",
        "## Yang ditanam / What is planted", "", "| # | Indonesia | English |", "|---|---|---|",
        *(f"| {number} | {one.id} | {one.en} |" for number, one in enumerate(truth.planted, start=1)), "",
        "## Berkas / Files", "", "| berkas / file | lembar / sheet | terpakai / kept | tidak / not | bentuk / layout |",
        "|---|---|---|---|---|",
    ]  # fmt: skip
    layouts = {unit.name: unit.layout for unit in truth.units}
    for book in books:
        for sheet in book.sheets:
            if sheet.entries:
                rows, first = list(sheet.entries.values()), next(iter(sheet.entries.values()))
                kept = people_rows([sheet]) if book.counts else 0
                again = f"salinan / copy of {book.copy_of}" if book.copy_of else layouts[first.person.unit]
                again = again if book.whole == 1 else "terpotong, tidak dapat dibuka / cut off, cannot be opened"
                lines.append(f"| {book.path} | {sheet.name} | {kept} | {len(rows) - kept} | {again} |")
    lines += [
        "",
        "## Kotoran / Dirt",
        "",
        "| unit | gelombang / wave | apa / what | baris / rows |",
        "|---|---|---|---|",
    ]
    lines += [f"| {one.unit} | {one.wave} | {DIRT[one.kind]} | {one.count} |" for one in truth.dirt]
    lines += [
        f"| {one.unit} | {one.wave} | dikirim lagi dengan perbaikan / sent again, mended | {one.mended} |"
        for one in truth.resent
    ]
    lines += [
        f"| {one.unit} | {one.wave} | semua orang sekali lagi per wilayah / everybody once more by area | semua / all |"
        for one in truth.overlapping
    ]
    if truth.complaints:
        what = "tanggal selesai salah atau kosong / closing date wrong or missing"
        lines.append(f"| register | {truth.complaints.wave} | {what} | {truth.complaints.faults} |")
    free = ", ".join(unit.name for unit in truth.units if unit.free)
    lines += [
        "", "Di mana-mana: judul dan sel gabung, jumlah di bawah data, legenda, ejaan tempat, jawaban huruf dan kata,",
        "jawaban kosong, U8 dan U9 tertukar urutannya pada formulir, rumus tanpa nilai tersimpan (Dinas PU Contoh).",
        "Everywhere: titles and merged cells, totals below the data, legends, spellings of places, letters and words",
        "for answers, blanks, U8 and U9 in the other order on the forms, formulas without stored values.", "",
        f"{FREE_NOTE} {free}.",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def list_text(files: Mapping[str, bytes]) -> str:
    """Return the list of the files written, by which a later version knows what is its own to remove."""
    lines = [f"- `{name}` {seal(name, data)}" for name, data in sorted(files.items())]
    return "\n".join(["", LIST_HEAD, "", *lines]) + "\n"


def seal(name: str, data: bytes) -> str:
    """Return a fingerprint of what a file holds, however it was packed; a changed file has another."""
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for one in packed.infolist():
                digest.update(one.filename.encode() + b"\0" + packed.read(one))
    except zipfile.BadZipFile:
        # A broken download ends wherever the packing put it: its name must do.
        digest.update(name.encode() if data.startswith(b"PK") else data)
    return digest.hexdigest()[:16]


def left_over(folder: Path, now: Mapping[str, bytes]) -> list[Path]:
    """Return files of an earlier version, unchanged since, that this one does not write: only those its log lists."""
    try:
        log = (folder / "README.md").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return []
    if not log.startswith(f"# {MARK}"):
        return []
    found = []
    for one in _LISTED.finditer(log.partition(LIST_HEAD)[2]):
        path = folder / one["path"]
        inside = path.is_file() and not path.is_symlink() and path.resolve().is_relative_to(folder.resolve())
        if one["path"] not in now and inside and seal(one["path"], path.read_bytes()) == one["seal"]:
            found.append(path)
    return found
