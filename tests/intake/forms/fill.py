"""Filling a form as a clerk would: only open cells, only what the drop-downs allow."""

import datetime as dt
import io
import random

import openpyxl
from openpyxl.utils import get_column_letter, range_boundaries

ANSWERS, INFORMATION = 1, 0


def opened(data):
    """Return the workbook in ``data``."""
    return openpyxl.load_workbook(io.BytesIO(data))


def bytes_of(book):
    """Return the bytes of a workbook."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def choices(book, page):
    """Return by column letter what the rules of ``page`` allow: a list of values, or the kind of value."""
    found = {}
    for rule in page.data_validations.dataValidation:
        column = get_column_letter(range_boundaries(str(rule.sqref))[0])
        if rule.type != "list":
            found[column] = rule.type
        elif rule.formula1.startswith('"'):
            found[column] = [int(one) for one in rule.formula1.strip('"').split(",")]
        else:
            sheet, cells = rule.formula1.rsplit("!", 1)
            found[column] = [cell.value for row in book[sheet.strip("'")][cells.replace("$", "")] for cell in row]
    return found


def heading_row(page):
    """Return the row with most texts above row 10."""
    return max(range(1, 10), key=lambda row: sum(isinstance(cell.value, str) for cell in page[row]))


def filled(data, *, rows=40, wave="2025", sample=None, users=None, seed=1, leave=("village", "kelurahan")):
    """Return ``data`` with answers in every open column but those whose heading begins with one of ``leave``."""
    book, rng = opened(data), random.Random(seed)  # noqa: S311 - answers for a test
    information = book.worksheets[INFORMATION]
    for row in range(1, information.max_row + 1):
        key = information.cell(row, 1).value
        if key in ("Tahun", "Year"):
            information.cell(row, 2).value = wave
        elif key in ("Cara memilih responden", "How respondents were chosen"):
            information.cell(row, 2).value = sample
        elif key in ("Jumlah pengguna", "Users served"):
            information.cell(row, 2).value = users
    page = book.worksheets[ANSWERS]
    allowed, head = choices(book, page), heading_row(page)
    for row in range(head + 1, head + 1 + rows):
        for number in range(1, page.max_column + 1):
            heading = page.cell(head, number).value
            if not heading.casefold().startswith(leave):
                page.cell(row, number).value = _value(allowed.get(get_column_letter(number)), row - head, rng)
    return bytes_of(book)


def _value(allowed, number, rng):
    if isinstance(allowed, list):
        return rng.choice(allowed)
    if allowed == "date":
        return dt.date(2025, rng.randint(4, 5), rng.randint(1, 28))
    return f"petugas ramah {number}" if allowed == "textLength" else number
