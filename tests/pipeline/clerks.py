"""Three workbooks as a hurried clerk makes them, none of them like a layout the kit knows: turned, ticked, tallied."""

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

UNSUR = [
    "Persyaratan pelayanan", "Prosedur", "Waktu pelayanan", "Biaya / tarif", "Produk layanan", "Kompetensi petugas",
    "Perilaku petugas", "Penanganan pengaduan", "Sarana prasarana",
]  # fmt: skip


def answer(person, place):
    return 2 + (person * 5 + place * 3) % 7 % 3


def turned(path, people=24):
    """Write the elements down the side and the respondents across, an average at the end of each line."""
    book = Workbook()
    sheet = book.active
    sheet["A1"] = "HASIL SURVEY KEPUASAN MASYARAKAT KELURAHAN MELAYU THN 2025"
    sheet["A1"].font = Font(bold=True)
    for column, head in enumerate(["No", "Unsur", *(f"R{person + 1}" for person in range(people)), "Rata2"], start=1):
        sheet.cell(3, column, head)
    for place, unsur in enumerate(UNSUR):
        scores = [answer(person, place) for person in range(people)]
        last = sheet.cell(4 + place, 2 + people).coordinate
        for column, value in enumerate([place + 1, unsur, *scores, f"=AVERAGE(C{4 + place}:{last})"], start=1):
            sheet.cell(4 + place, column, value)
    sheet["B14"], sheet["C14"] = "IKM", "=SUM(AA4:AA12)/9*25"
    book.save(path)


def ticked(path, people=30):
    """Write four narrow columns per element under a merged heading, and a "v" in the one that was chosen."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Sheet1"
    sheet["A1"] = "Rekap kuesioner SKM Puskesmas Singkawang Tengah I Triwulan 2 2025"
    sheet["A3"], sheet["B3"], sheet["C3"] = "NO", "JK", "UMUR"
    for place, unsur in enumerate(UNSUR):
        left = 4 + 4 * place
        sheet.cell(3, left, unsur)
        sheet.merge_cells(start_row=3, end_row=3, start_column=left, end_column=left + 3)
        for score in range(1, 5):
            sheet.cell(4, left + score - 1, score)
    for person in range(people):
        row = 5 + person
        for column, value in enumerate((person + 1, "LP"[person % 2], 19 + person), start=1):
            sheet.cell(row, column, value)
        for place in range(9):
            sheet.cell(row, 3 + 4 * place + answer(person, place), "v").alignment = Alignment(horizontal="center")
    sheet.cell(5 + people, 1, "JUMLAH")
    for column in range(4, 40):
        letter = sheet.cell(1, column).column_letter
        sheet.cell(5 + people, column, f'=COUNTIF({letter}5:{letter}{4 + people},"v")')
    book.save(path)


def tallied(path, people=55):
    """Write how many chose what for each element, as counted off the paper forms, with a per cent beside it."""
    book = Workbook()
    sheet = book.active
    sheet.title = "rekap"
    sheet["B2"] = "Dinas Perpustakaan dan Kearsipan"
    sheet["B3"] = "Jumlah responden : 55 orang (Jan-Jun 2025)"
    words = ("Tidak Baik", "Kurang Baik", "Baik", "Sangat Baik")
    heads = [head for word in words for head in (word, "%")]
    for column, head in enumerate(["No.", "Pertanyaan", *heads, "Ket"], start=2):
        sheet.cell(5, column, head)
    for place, unsur in enumerate(UNSUR):
        chosen = [answer(person, place) for person in range(people)]
        sheet.cell(6 + place, 2, place + 1)
        sheet.cell(6 + place, 3, f"Bagaimana {unsur.lower()} di tempat kami?")
        for score in range(1, 5):
            sheet.cell(6 + place, 2 + 2 * score, chosen.count(score))
            sheet.cell(6 + place, 3 + 2 * score, chosen.count(score) / people).number_format = "0%"
    sheet.cell(17, 3, "Mengetahui, Sekretaris")
    book.save(path)


CLERKS = {"SKM kel melayu.xlsx": turned, "rekap kuesioner TW2.xlsx": ticked, "hasil skm perpus fix.xlsx": tallied}
