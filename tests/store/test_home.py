"""Which kit somebody works in: the nearest folder above that is one."""

import pytest

from analysis.store import home


@pytest.mark.parametrize("made", [("notebooks", "data"), ("data/processed",)])
def test_the_kit_is_found_from_below(tmp_path, monkeypatch, made):
    deep = tmp_path / "kit" / "notebooks" / "deep"
    for name in made:
        (tmp_path / "kit" / name).mkdir(parents=True)
    if made == ("data/processed",):
        (tmp_path / "kit" / "data" / "processed" / "manifest.json").write_text("{}")
    deep.mkdir(parents=True, exist_ok=True)
    assert home(deep) == tmp_path / "kit"
    monkeypatch.chdir(deep)
    assert home() == tmp_path / "kit"


def test_elsewhere_it_is_the_one_that_the_package_came_from(tmp_path):
    (tmp_path / "data").mkdir()
    found = home(tmp_path)
    assert (found / "kit.py").is_file()
