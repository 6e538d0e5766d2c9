"""Bars of answers: what is drawn tells no more of the lowest answers than the policy lets it."""

import re
from itertools import product

import pandas as pd
import pytest

BAR = re.compile(r'<path d="M ([\d.]+) [\d.]+ L ([\d.]+) [^"]*" clip-path="url[^"]*" style="fill: [^n]')


def items(*given, width=0.1):
    """Return what oversight says of items, from how many gave each answer."""
    rows = []
    for at, counts in enumerate(given, start=1):
        n, low = sum(counts), (counts[0] + counts[1]) / sum(counts)
        mean = sum(value * people for value, people in enumerate(counts, start=1)) / n
        shares = {f"share_{value}": people / n for value, people in enumerate(counts, start=1)}
        more = {"low_share": low, "low_share_low": low - width / 2, "low_share_high": low + width / 2}
        rows.append({"variable": f"u{at}", "n": n, "estimate": mean, "low": mean, "high": mean, **more, **shares})
    return pd.DataFrame(rows).assign(note="", sample="random")


def drawn(show, table):
    """Return the widths of the parts of each bar, in hundredths, as the picture has them; lowest bar first."""
    svg = show.chart(table, unit="Unit A").svg.decode()
    parts, bars = [(float(a), float(b)) for a, b in BAR.findall(svg)], []
    for start, end in parts:
        if start == min(parts)[0]:
            bars.append([])
        bars[-1].append(end - start)
    return [[round(100 * one / sum(bar)) for one in bar] for bar in bars]


def lowest(counts, told):
    """Return how many may have given the lowest answer, for whoever knows n, the mean, the low share and the bar."""
    n, steps = sum(counts), len(counts)
    mean = round(sum(value * people for value, people in enumerate(counts, start=1)) / n, 2)
    found = set()
    for some in product(range(n + 1), repeat=steps - 1):
        every = (*some, n - sum(some))
        if every[-1] < 0 or abs(sum(v * c for v, c in enumerate(every, start=1)) / n - mean) > 0.005:
            continue
        parts = every if len(told) == steps else (every[0] + every[1], sum(every[2:]))
        if all(abs(100 * one / n - shown) <= 0.5 for one, shown in zip(parts, told, strict=True)):
            found.add(every[0])
    return found


@pytest.fixture
def show(make):
    return make.page({make.cell(): 400, make.cell(unit="Unit A"): 40, make.cell(unit="Unit B"): 360})


@pytest.mark.parametrize("counts", [(1, 4, 20, 15), (2, 1, 17, 20), (0, 3, 25, 12)])
def test_the_lowest_answer_stays_open_where_few_gave_it_whatever_the_mean_and_the_other_parts_say(show, counts):
    (told,) = drawn(show, items(counts))
    assert len(told) == 2
    assert len(lowest(counts, told)) > min(counts[:2])
    assert lowest(counts, [round(100 * one / sum(counts)) for one in counts]) == {counts[0]}


def test_answers_are_drawn_one_by_one_where_enough_gave_each_of_the_two_lowest(show):
    bars = drawn(show, items((4, 6, 20, 10), (10, 10, 10, 10)))
    assert [len(bar) for bar in bars] == [4, 4]
    assert [25, 25, 25, 25] in bars


def test_an_item_whose_share_is_too_vague_to_tell_has_no_bar(show):
    assert len(drawn(show, items((4, 6, 20, 10), (4, 6, 20, 10)))) == 2
    assert drawn(show, items((4, 6, 20, 10), width=0.4)) == []
    assert "jawaban rendah terlalu tidak pasti untuk ditampilkan (n = 40)" in repr(
        show.sentence(items((4, 6, 20, 10), width=0.4), unit="Unit A")
    )
