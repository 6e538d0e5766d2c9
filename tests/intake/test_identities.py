"""Identities in comments, however they are written: apart, with words for signs, under titles, in capitals or none."""

from __future__ import annotations

import pytest

from analysis.intake.privacy import BLOT, redact

NIK = ("6172", "0145", "0785", "0001")
NUMBERS = [
    *(sign.join(NIK) for sign in ("/", "_", ",", ".", " - ", "\u2013", "\u2011", "\u00a0", "  ", " . ")),
    "(6172)(0145)(0785)(0001)", "0812_3456_7890", "0062 812 3456 7890", "(+62) 812 / 3456 / 7890", "telp 631234",
    "no hp: 0812345", "norek 12345678", "rekening BRI 8720 123", "paspor A1234567", "paspor no. X 123456",
    "plat kb 1234 ab", "nopol KB 12", "KB-1234-AB",
]  # fmt: skip
MAILS = [
    "budi.santoso (at) contoh.co.id", "budi[at]contoh[dot]id", "budi at contoh dot com", "budi(et)contoh.co.id",
    "budi \uff20 contoh.id", "budi @ contoh . id", "ig @budi_contoh", "facebook.com/budi.contoh", "wa.me/6281234567890",
]  # fmt: skip
NAMES = [
    "Bapak Budi Santoso", "Bpk. H. Budi Santoso, S.Sos", "ibu dr. Budi Santoso", "NAMA SAYA BUDI SANTOSO",
    "nama saya budi santoso", "petugas bernama Budi Santoso", "Sdri. Budi Santoso", "dilayani oleh Mas Budi Santoso",
    "dengan Bapak Ir. Budi Santoso, M.T.", "BAPAK BUDI SANTOSO LAMBAT", "Ny. Budi Santoso", "Tn. Budi",
    "dr. Budi Santoso",
    "oleh Kak Budi", "ttd Budi Santoso", "Hormat saya, Budi Santoso", "Salam, Budi", "Budi Santoso warga sini",
]  # fmt: skip


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_of_a_person_is_blotted_out_however_it_is_kept_apart(text: str) -> None:
    shown, was = redact(f"tolong {text} ya")
    assert was
    assert BLOT in shown
    assert sum(map(str.isdigit, shown.replace("+62", ""))) == 0


@pytest.mark.parametrize("text", [
    "lahir 12 Mei 1985", "tgl lahir: 12-05-1985", "TTL Singkawang, 12/05/85", "saya kelahiran Sambas 3 maret 1990",
    "alamat rt.02/rw.07",
])  # fmt: skip
def test_a_date_of_birth_and_the_whole_of_an_address_are_blotted_out(text: str) -> None:
    shown, was = redact(text)
    assert was
    assert not any(map(str.isdigit, shown))


@pytest.mark.parametrize("text", MAILS)
def test_a_mail_or_a_handle_is_blotted_out_with_words_for_its_signs(text: str) -> None:
    shown, was = redact(f"kirim ke {text}")
    assert was
    assert "budi" not in shown
    assert "contoh" not in shown
    assert "812" not in shown


@pytest.mark.parametrize("text", NAMES)
def test_a_name_is_blotted_out_under_titles_and_in_any_case(text: str) -> None:
    shown, was = redact(text)
    assert was
    assert not {"budi", "santoso"} & set(shown.casefold().replace(",", " ").split())


@pytest.mark.parametrize("text", [
    "Bapak/Ibu petugas ramah", "Bapak Ibu petugas ramah sekali", "Kesehatan Ibu Dan Anak", "Pelayanan Ibu Hamil",
    "Pak Camat baik", "Ibu Guru baik", "RSUD dr. Abdul Aziz lambat", "Puskesmas Siti Fatimah", "IBU SANGAT RAMAH",
    "tanggal 12/05/2025 - 13/05/2025", "tahun 2023/2024/2025", "naik dari 88.31 (2024) ke 90.25 (2025)",
    "KTP 2024 belum jadi", "akta kelahiran jadi 12 hari 15 menit", "sejak 12 Mei 2024 lambat",
    "ruang B-2-A", "no antrean A-12", "lihat at dinas. Terima kasih", "Indah dan bersih",
])  # fmt: skip
def test_posts_offices_dates_and_rooms_are_nobody(text: str) -> None:
    assert redact(text) == (text, False)


@pytest.mark.parametrize("end", ["@", " (", " [at] ", ".@"])
def test_a_word_as_long_as_a_cell_can_hold_does_not_hold_up_its_workbook(end: str) -> None:
    """Its length squared took longer than a workbook is given, and everybody in it was refused."""
    word = "a" * 32_000
    assert redact(word + end) == ((word + end).strip(), False)
    assert redact(f"{word}{end} budi+a@contoh.id+santoso@contoh.id")[0].count(BLOT) == 2
