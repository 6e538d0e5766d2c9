"""A second release is compared with the first before anybody reads both."""

import pandas as pd
import pytest

from analysis import codebook, pipeline, publish, shapes, store
from analysis.errors import Exit, TilikError

SECTORS = ("health", "licensing", "security")


def study(folder, **people):
    """Write a study in which each sector has so many people in one wave."""
    book = codebook.load()
    rows = [{"wave": "2025", "sector": sector, "n": people[sector]} for sector in SECTORS]
    margins = [{"wave": "2025", "n": sum(people.values())}]
    plan = publish.plan(pd.DataFrame(rows + margins), lang="id", made_up=True)
    columns = [*shapes.WHO, *book.items, *shapes.AFTER_ITEMS]
    responses = pd.DataFrame(
        {name: pd.Series(["2025"] if name == "wave" else [None], dtype=object) for name in columns}
    )
    empty = {name: pd.DataFrame(columns=list(getattr(shapes, name.upper()))) for name in (
        "recaps", "problems", "changes", "files", "columns")}  # fmt: skip
    store.write_study(shapes.Cleaned(responses=responses, **empty, made_up=True), plan, book, folder)
    return folder


def test_two_releases_that_give_nothing_away_end_with_done(tmp_path):
    old = study(tmp_path / "old", health=100, licensing=80, security=60)
    new = study(tmp_path / "new", health=140, licensing=120, security=90)
    done = pipeline.release_diff(old, new, lang="en")
    assert (done.exit_code, done.messages) == (Exit.DONE, ("The two releases together give no group away.",))


def test_a_few_people_between_two_releases_are_told_with_their_group(tmp_path):
    old = study(tmp_path / "old", health=100, licensing=80, security=60)
    new = study(tmp_path / "new", health=103, licensing=120, security=90)
    done = pipeline.release_diff(old, new)
    assert done.exit_code is Exit.WARNINGS
    assert done.messages[0].startswith("1 kelompok terbuka bila kedua terbitan dibaca bersama.")
    assert done.messages[1:] == (
        (
            "sektor kesehatan, gelombang 2025: hanya sedikit orang yang masuk atau keluar di antara kedua terbitan; "
            "selisih kedua angkanya adalah jawaban mereka."
        ),
    )


def test_a_folder_without_a_study_is_told(tmp_path):
    with pytest.raises(TilikError):
        pipeline.release_diff(tmp_path, tmp_path)
