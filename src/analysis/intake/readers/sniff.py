"""What a file is, told by its bytes and never by its name, and whether it may be opened at all."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field

from analysis.intake.grid import RefusedError
from analysis.intake.process.limits import Limits

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BARE_BIFF = (b"\x09\x08\x10\x00", b"\x09\x08\x08\x00", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00", b"\x09\x00\x04\x00")
FOREIGN = {
    b"%PDF": "PDF", b"\xff\xd8\xff": "JPEG", b"\x89PNG": "PNG", b"GIF8": "GIF", b"Rar!": "RAR", b"7z\xbc\xaf": "7z",
    b"\x1f\x8b": "gzip", b"{\\rtf": "RTF", b"MZ": "program", b"\x7fELF": "program", b"BM": "BMP", b"SQLite": "SQLite",
    b"PAR1": "Parquet", b"ID3": "audio", b"OggS": "audio", b"II*\x00": "TIFF", b"MM\x00*": "TIFF",
}  # fmt: skip
_FILEPASS = 0x002F
_RATIO_FROM = 2**20
_KEEP = 100 * 2**20
_SMALL = 2**16


@dataclass(frozen=True)
class Sniffed:
    """The format (xlsx, xlsm, xlsb, xls, ods, csv), and doubts about the container.

    ``strange``: a part is in UTF-16, of which calamine makes an empty sheet without a word.
    """

    format: str
    doubts: tuple[tuple[str, dict[str, str]], ...] = ()
    strange: bool = False
    inflated: dict[str, bytes] = field(default_factory=dict)
    """Sheets and small parts inflated on the way, so that nobody does it again; emptied once they are looked at."""


def sniff(data: bytes, name: str, limits: Limits) -> Sniffed:
    """Return what ``data`` is; raises RefusedError for what is not opened."""
    if not data:
        raise RefusedError("E-EMPTY")
    if len(data) > limits.file_bytes:
        raise RefusedError("E-BIG", limit=f"{limits.file_bytes // 2**20} MB")
    if data[:2] == b"PK":
        return _zip(data, limits)
    if data[:8] == OLE:
        return _ole(data)
    if data.startswith(BARE_BIFF):
        return Sniffed("xls")
    _refuse_foreign(data)
    if b"PK\x03\x04" in data[:4096] and data.rfind(b"PK\x05\x06") > 0:
        raise RefusedError("E-ODD")
    if looks_like_text(data):
        return _text(data)
    if name.lower().endswith((".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")):
        raise RefusedError("E-CORRUPT")
    raise RefusedError("E-NOTWB", kind="?")


def _refuse_foreign(data: bytes) -> None:
    for magic, kind in FOREIGN.items():
        if data.startswith(magic) and not (len(magic) == 2 and looks_like_text(data)):
            raise RefusedError("E-NOTWB", kind=kind)


def looks_like_text(data: bytes) -> bool:
    """Return whether ``data`` reads as text in some common encoding (UTF-16 too)."""
    head = data[:65536]
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return True
    zeros = head.count(0)
    if zeros and _is_utf16(head):
        return True
    odd = sum(head.count(byte) for byte in (*range(1, 7), 14, 15, *range(17, 27), *range(28, 32)))
    return odd * 50 <= len(head) and zeros * 20 <= len(head)


def _is_utf16(head: bytes) -> bool:
    even, uneven = head[0::2].count(0), head[1::2].count(0)
    half = max(1, len(head) // 2)
    return (even > 0.6 * half and uneven < 0.05 * half) or (uneven > 0.6 * half and even < 0.05 * half)


def _text(data: bytes) -> Sniffed:
    head = data[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        raise RefusedError("E-OLDXML")
    page = head.startswith(b"<") and any(sign in head for sign in (b"<html", b"<table", b"<body"))
    if page or head.startswith((b"<!doctype html", b"<meta", b"<head", b"mime-version:")):
        raise RefusedError("E-HTML")
    if head.startswith((b"<?xml", b"<!doctype")):
        raise RefusedError("E-NOTWB", kind="XML")
    if head.startswith((b"{", b"[")) and re.match(rb"[\[{]\s*[\"{\[]", head):
        raise RefusedError("E-NOTWB", kind="JSON")
    return Sniffed("csv")


def _ole(data: bytes) -> Sniffed:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise RefusedError("E-ENC")
    import olefile  # noqa: PLC0415 - only the oldest workbooks need it, and loading takes its time

    streams: list[str] = []
    book = b""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            streams = ["/".join(one).lower() for one in ole.listdir()]
            found = next((one for one in streams if one in ("workbook", "book")), None)
            book = ole.openstream(found).read() if found else b""
    except Exception:
        book = _raw_stream(data)
    if not book and any(one in ("worddocument", "powerpoint document") for one in streams):
        raise RefusedError("E-NOTWB", kind="Word" if "worddocument" in streams else "PowerPoint")
    book = book or _raw_stream(data)
    if _has_filepass(book):
        raise RefusedError("E-ENC")
    if not book:
        raise RefusedError("E-TRUNC" if len(data) < 1536 else "E-CORRUPT")
    return Sniffed("xls")


def _raw_stream(data: bytes) -> bytes:
    """Return what follows the first sector that begins a BIFF stream, where the container itself is broken."""
    for at in range(512, len(data) - 4, 512):
        if data.startswith(BARE_BIFF, at):
            return data[at:]
    return b""


def _has_filepass(book: bytes) -> bool:
    at, seen = 0, 0
    while at + 4 <= len(book) and seen < 200:
        kind, size = struct.unpack_from("<HH", book, at)
        if kind == _FILEPASS:
            return True
        if kind == 0x0A:
            return False
        at, seen = at + 4 + size, seen + 1
    return False


def _zip(data: bytes, limits: Limits) -> Sniffed:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, struct.error, NotImplementedError, OverflowError):
        raise RefusedError("E-TRUNC" if data.rfind(b"PK\x05\x06") < 0 else "E-CORRUPT") from None
    with archive:
        members = archive.infolist()
        names = [one.filename for one in members]
        _refuse_members(members, names, limits)
        kind = _kind(archive, names)
        inflated: dict[str, bytes] = {}
        strange, bad = _inflate(archive, members, limits, inflated)
    if bad:
        raise RefusedError("E-CRC", part=bad)
    doubts: list[tuple[str, dict[str, str]]] = []
    lower = [one.lower() for one in names]
    if any("vbaproject" in one or "/macrosheets/" in one for one in lower):
        doubts.append(("E-MACRO", {}))
    if any("externallinks/" in one for one in lower):
        doubts.append(("E-LINK", {}))
    start = data.find(b"PK\x03\x04")
    if start > 0 or len(data) - _end_of(data) > 64:
        raise RefusedError("E-ODD")
    return Sniffed(kind, tuple(doubts), strange, inflated)


def _end_of(data: bytes) -> int:
    at = data.rfind(b"PK\x05\x06")
    return at + 22 + int.from_bytes(data[at + 20 : at + 22], "little")


def _refuse_members(members: list[zipfile.ZipInfo], names: list[str], limits: Limits) -> None:
    if len(members) > limits.members:
        raise RefusedError("E-BIG", limit=str(limits.members))
    if any(".." in one.replace("\\", "/").split("/") for one in names):
        raise RefusedError("E-ODD")
    folded = [one.replace("\\", "/").lstrip("/").casefold() for one in names if not one.endswith("/")]
    if len(set(folded)) < len(folded):
        raise RefusedError("E-DUPPART")
    if any(one.flag_bits & 1 for one in members):
        raise RefusedError("E-ENC")


def _kind(archive: zipfile.ZipFile, names: list[str]) -> str:
    lower = {one.replace("\\", "/").lstrip("/").lower(): one for one in names}
    if "content.xml" in lower:
        manifest = lower.get("meta-inf/manifest.xml")
        if manifest and b"encryption-data" in archive.read(manifest):
            raise RefusedError("E-ENC")
        kind = archive.read(lower["mimetype"])[:80] if "mimetype" in lower else b"spreadsheet"
        if b"spreadsheet" not in kind:
            raise RefusedError("E-NOTWB", kind="OpenDocument")
        return "ods"
    if any(one.startswith("word/") for one in lower):
        raise RefusedError("E-NOTWB", kind="Word")
    if any(one.startswith("ppt/") for one in lower):
        raise RefusedError("E-NOTWB", kind="PowerPoint")
    if any(one.endswith("workbook.bin") for one in lower):
        return "xlsb"
    types = lower.get("[content_types].xml")
    if types is None and not any(one.startswith("xl/") for one in lower):
        raise RefusedError("E-NOTWB", kind="zip")
    macro = any("vbaproject" in one for one in lower)
    return "xlsm" if macro else "xlsx"


def _inflate(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], limits: Limits, inflated: dict[str, bytes]
) -> tuple[bool, str]:
    """Count every member while it inflates; return whether parts are unusual, and the first damaged data part."""
    total, strange, bad = 0, False, ""
    for member in members:
        size = 0
        chunks = []
        try:
            with archive.open(member) as part:
                while chunk := part.read(2**20):
                    if not size:
                        strange = _look_at_head(chunk, member.filename) or strange
                    size += len(chunk)
                    total += len(chunk)
                    if total <= _KEEP and (member.file_size <= _SMALL or "/worksheets/" in member.filename):
                        chunks.append(chunk)
                    if size > limits.member_bytes or total > limits.unpacked_bytes:
                        raise RefusedError("E-BIG", limit=f"{limits.unpacked_bytes // 2**20} MB")
                    if size > _RATIO_FROM and size > limits.ratio * max(1, member.compress_size):
                        raise RefusedError("E-BIG", limit=f"{limits.ratio}:1")
            if size and sum(map(len, chunks)) == size:
                inflated[member.filename] = b"".join(chunks)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, struct.error):
            if _is_data_part(member.filename):
                bad = bad or member.filename.rpartition("/")[2][:60]
    return strange, bad


def _is_data_part(name: str) -> bool:
    return name.lower().endswith((".xml", ".bin", ".rels")) and "printersettings" not in name.lower()


def _look_at_head(chunk: bytes, name: str) -> bool:
    if not name.lower().endswith((".xml", ".rels", ".vml")):
        return False
    head = chunk[:65536]
    if b"<!DOCTYPE" in head.replace(b"\0", b"") or b"<!ENTITY" in head.replace(b"\0", b""):
        raise RefusedError("E-DTD")
    return b"\0" in head[:200]
