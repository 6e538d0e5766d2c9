"""The front door: help, wrong calls and every kind of end, in both languages, with the promised exit code."""

import errno
import json
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analysis import __version__, cli, pipeline
from analysis.errors import BusyError, CallError, CodebookError, Exit, Fault, NothingUsableError
from analysis.words import catalogue

EXAMPLE = Path(__file__).parents[1] / "data" / "raw" / "contoh"
VERBS = ("run", "clean", "report", "check", "example", "sample-size", "lab", "template", "export", "release-diff",
         "codebook")  # fmt: skip


@pytest.fixture
def tilik(monkeypatch, capsys):
    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["tilik", *arguments])
        code = cli.main()
        out, said = capsys.readouterr()
        assert "Traceback" not in said
        return code, out, said

    return call


def test_the_version_is_said(tilik):
    assert tilik("--version") == (0, f"tilik {__version__}\n", "")


def test_help_names_every_verb_in_both_languages(tilik):
    for lang, usage in (("id", "Pemakaian: tilik [PILIHAN] PERINTAH …"), ("en", "Usage: tilik [OPTIONS] COMMAND …")):
        code, out, _ = tilik("--help", "--lang", lang)
        assert code == 0
        assert out.startswith(usage)
        assert all(re.search(rf"^  {verb} ", out, re.MULTILINE) for verb in VERBS)


@pytest.mark.parametrize("verb", [*VERBS, "codebook new", "codebook check"])
def test_every_verb_has_help_in_both_languages(tilik, verb):
    indonesian, english = tilik(*verb.split(), "--help")[1], tilik(*verb.split(), "--help", "--lang=en")[1]
    key = f"cli.{verb.replace('-', '_').replace('codebook', 'book').replace(' ', '_')}"
    for text, lang in ((indonesian, "id"), (english, "en")):
        assert catalogue(lang)["", key][0] in re.sub(r"\s+", " ", text)
        assert "cli." not in text
    for leftover in ("Show this message", "[OPTIONS]", "Options:", "Arguments:", "Usage:"):
        assert leftover not in indonesian


ALL = ", ".join(VERBS)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ("", f"Perintah tidak ada atau belum diberikan; yang ada: {ALL}.\nBantuan: tilik --help\n"),
        ("walk --lang en", f"No such command, or none given; there are: {ALL}.\nHelp: tilik --help\n"),
        ("run --fast", "Pilihan --fast tidak ada.\nBantuan: tilik run --help\n"),
        ("run --fast --lang en", "There is no option --fast.\nHelp: tilik run --help\n"),
        ("check", "FILE belum diberikan.\nBantuan: tilik check --help\n"),
        ("check --lang en", "FILE is missing.\nHelp: tilik check --help\n"),
        ("sample-size many", "Nilai untuk N tidak dapat dipakai.\nBantuan: tilik sample-size --help\n"),
        (
            "codebook",
            "Perintah tidak ada atau belum diberikan; yang ada: new, check.\nBantuan: tilik codebook --help\n",
        ),
        ("run --jobs 0 --lang en", "The value for --jobs cannot be used.\nHelp: tilik run --help\n"),
        ("sample-size 5 6 --lang en", "There is an argument too many.\nHelp: tilik sample-size --help\n"),
    ],
)
def test_a_wrong_call_is_told_and_ends_with_2(tilik, call, told):
    assert tilik(*call.split()) == (2, "", told)


def test_a_language_that_is_not_there_is_a_wrong_call(tilik):
    assert tilik("run", "--lang", "fr") == (
        2, "", "Nilai untuk --lang tidak dapat dipakai.\nBantuan: tilik run --help\n",
    )  # fmt: skip


LANGUAGES = [
    (["run"], "id"), (["run", "--lang", "en"], "en"), (["--lang=en", "run"], "en"), (["--lang", "en", "run"], "en"),
    (["--lang", "en", "run", "--lang", "id"], "id"), (["--lang=id", "run", "--lang", "en"], "en"),
    (["run", "en"], "id"), (["run", "x --lang en"], "id"), (["run", "--wave=--lang en"], "id"),
    (["check", "--", "--lang", "en"], "id"), (["run", "--lang"], "id"), (["run", "--language", "en"], "id"),
    (["--lang", "en", "report", "--"], "en"), (["--", "--lang=en"], "id"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "lang"), LANGUAGES)
def test_the_language_is_the_last_one_asked_for_in_the_command_and_in_the_kit(arguments, lang, monkeypatch):
    assert cli.spoken(arguments).lang == lang
    kit = runpy.run_path(str(Path(__file__).parents[1] / "kit.py"))
    monkeypatch.setattr(sys, "argv", ["kit.py", *arguments])
    assert kit["text"]("ready", 1.0) == kit["SAYS"]["ready"][lang == "en"].format(1.0)


@pytest.mark.parametrize(
    ("arguments", "verb", "lang"),
    [
        (["run"], "run", "id"), (["--lang", "en", "run"], "run", "en"), (["clean", "--lang=en"], "clean", "en"),
        (["report"], "report", None), (["report", "--lang", "id"], "report", "id"),
        (["--lang", "en", "report"], "report", "en"), (["--lang", "en", "example", "x"], "example", "en"),
        (["example", "x --lang en"], "example", "id"),
    ],
)  # fmt: skip
def test_a_verb_is_handed_the_language_of_the_whole_call(monkeypatch, arguments, verb, lang):
    seen = {}
    monkeypatch.setattr(pipeline, verb, lambda *_, **named: seen.update(named) or pipeline.Outcome(Exit.DONE))
    monkeypatch.setattr(sys, "argv", ["pytest", "--lang", "fr"])
    assert CliRunner().invoke(cli.app, arguments).exit_code == 0
    assert seen["lang"] == lang


def test_the_language_never_comes_from_the_machine(tilik, monkeypatch):
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert tilik("--help")[1].startswith("Pemakaian")


def test_how_many_to_ask(tilik):
    assert tilik("sample-size", "500") == (0, "217\n", "")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (CallError("wrong call"), 2),
        (CodebookError(Fault("book.toml, item.1", "no name"), Fault("book.toml, item.2", "no name")), 2),
        (NothingUsableError(Fault("raw", "nothing usable")), 3),
        (BusyError("somebody else"), 5),
    ],
)
def test_each_error_of_the_kit_has_its_exit_code(tilik, monkeypatch, fault, code):
    def failing(*_arguments, **_options):
        raise fault

    monkeypatch.setattr(pipeline, "run", failing)
    assert tilik("run") == (code, "", f"{fault}\n")


@pytest.mark.parametrize("lang", ["id", "en"])
def test_a_fault_of_our_own_is_one_message_without_what_stands_in_a_cell(tilik, monkeypatch, lang):
    def failing(*_arguments, **_options):
        message = "NIK 6172014101900001"
        raise KeyError(message)

    monkeypatch.delenv("TILIK_DEBUG", raising=False)
    monkeypatch.setattr(pipeline, "run", failing)
    code, out, said = tilik("run", "--lang", lang)
    assert (code, out, said.count("\n")) == (4, "", 1)
    start = {"id": "Kesalahan di dalam kit (KeyError", "en": "A fault inside the kit (KeyError"}[lang]
    assert said.startswith(start)
    assert "617201" not in said


def test_a_developer_can_ask_for_the_traceback(monkeypatch, capsys):
    def failing(*_arguments, **_options):
        raise KeyError

    monkeypatch.setenv("TILIK_DEBUG", "1")
    monkeypatch.setattr(pipeline, "run", failing)
    monkeypatch.setattr(sys, "argv", ["tilik", "run"])
    assert cli.main() == 4
    assert "Traceback" in capsys.readouterr().err


def test_a_full_disk_is_told(tilik, monkeypatch):
    def failing(*_arguments, **_options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pipeline, "run", failing)
    assert tilik("run", "--lang", "en") == (
        4, "", "the disk is full; free some space, then start again (saved results are whole)\n",
    )  # fmt: skip


def test_a_folder_that_cannot_be_written_is_told_by_its_name(tilik, monkeypatch):
    def failing(*_arguments, **_options):
        raise PermissionError(errno.EACCES, "Permission denied", "/home/somebody/hasil")

    monkeypatch.setattr(pipeline, "example", failing)
    code, out, said = tilik("example", "hasil", "--lang", "en")
    assert (code, out) == (4, "")
    assert said.startswith("hasil: cannot be written: no permission, or open in another program; close that program")


# As a shell gives it: what is printed waits in a buffer until the end.
BUFFERED = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}


def piped(*arguments, **more):
    command = [sys.executable, "-c", "import sys; from analysis.cli import main; sys.exit(main())", *arguments]
    return subprocess.Popen(command, **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": BUFFERED, **more})


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
@pytest.mark.parametrize("arguments", [[], ["--json"], ["--explain"]])
def test_a_reader_who_leaves_early_does_not_matter(arguments, tmp_path):
    """``tilik check … | head -1``: no complaint, and the exit code of the work."""
    one = min(EXAMPLE.rglob("*2025.xlsx"))
    with piped("check", str(one), *arguments, cwd=tmp_path) as run:
        run.stdout.close()
        assert run.stderr.read() == b""
    assert run.returncode in (0, 1)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_an_output_that_takes_nothing_is_told():
    with Path("/dev/full").open("w") as full, piped("sample-size", "500", stdout=full) as run:
        said = run.communicate()[1].decode()
    assert run.returncode == 4
    assert said.startswith("diska penuh; kosongkan ruang")


@pytest.mark.skipif(os.name == "nt", reason="files of POSIX")
def test_a_refusal_without_any_output_is_one_sentence(tmp_path):
    """As with ``>&-``: Python has no standard output at all then."""
    (tmp_path / "berkas").touch()
    with piped("example", str(tmp_path / "berkas" / "x"), stdout=None, preexec_fn=lambda: os.close(1)) as run:
        said = run.communicate()[1].decode()
    assert run.returncode == 4
    assert len(said.splitlines()) == 1
    assert "bukan folder" in said


def test_a_terminal_that_lacks_a_letter_shows_its_number(tmp_path):
    odd = tmp_path / "Puskesmas \N{LATIN SMALL LETTER S WITH CARON}.xlsx"
    odd.write_bytes(b"no workbook")
    run = piped("check", str(odd), env=BUFFERED | {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"})
    told, said = run.communicate()
    assert (run.returncode, said) == (3, b"")
    assert b"Puskesmas \\u0161.xlsx" in told


def test_control_c_is_told_and_leaves_no_traceback(tilik, monkeypatch):
    def stopped(*_arguments, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "run", stopped)
    code, out, said = tilik("run")
    assert (code, out, said.strip()) == (130, "", "Dihentikan. Hasil yang tersimpan tetap utuh.")


def test_check_looks_at_a_workbook_and_writes_nothing(tilik, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    workbook = min(EXAMPLE.rglob("*.xlsx"))
    code, out, said = tilik("check", str(workbook))
    assert code in (0, 1, 3)
    assert out
    assert said == ""
    code, out, said = tilik("check", str(workbook), "--json")
    assert json.loads(out)["file"] == str(workbook)
    assert (out.count("\n"), said) == (1, "")
    assert list(tmp_path.iterdir()) == []


def test_help_does_not_wait_for_the_statistics():
    script = "import sys; from analysis import cli; print({'pandas', 'scipy', 'pyarrow'} & set(sys.modules))"
    seen = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert seen.stdout == "set()\n"


def test_forms_are_written_for_a_unit_and_a_codebook_is_checked(tilik, tmp_path):
    code, _, said = tilik("template", "Unit Uji Coba", "--out", str(tmp_path), "--lang", "en")
    assert (code, said) == (1, "")
    assert [path.suffix for path in tmp_path.iterdir()] == [".xlsx"]
    assert tilik("codebook", "check", str(EXAMPLE / "codebook.toml"))[0] == 0
    (tmp_path / "book.toml").write_text("id = ", encoding="utf-8")
    assert tilik("codebook", "check", str(tmp_path / "book.toml"))[0] == 2
