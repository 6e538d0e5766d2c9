import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import CallError
from analysis.oversight import allocate, draw_sample, sample_size

# Krejcie and Morgan (1970): all ninety rows of the printed table.
TABLE = {
    10: 10, 15: 14, 20: 19, 25: 24, 30: 28, 35: 32, 40: 36, 45: 40, 50: 44, 55: 48, 60: 52, 65: 56, 70: 59,
    75: 63, 80: 66, 85: 70, 90: 73, 95: 76, 100: 80, 110: 86, 120: 92, 130: 97, 140: 103, 150: 108, 160: 113,
    170: 118, 180: 123, 190: 127, 200: 132, 210: 136, 220: 140, 230: 144, 240: 148, 250: 152, 260: 155,
    270: 159, 280: 162, 290: 165, 300: 169, 320: 175, 340: 181, 360: 186, 380: 191, 400: 196, 420: 201,
    440: 205, 460: 210, 480: 214, 500: 217, 550: 226, 600: 234, 650: 242, 700: 248, 750: 254, 800: 260,
    850: 265, 900: 269, 950: 274, 1000: 278, 1100: 285, 1200: 291, 1300: 297, 1400: 302, 1500: 306,
    1600: 310, 1700: 313, 1800: 317, 1900: 320, 2000: 322, 2200: 327, 2400: 331, 2600: 335, 2800: 338,
    3000: 341, 3500: 346, 4000: 351, 4500: 354, 5000: 357, 6000: 361, 7000: 364, 8000: 367, 9000: 368,
    10000: 370, 15000: 375, 20000: 377, 30000: 379, 40000: 380, 50000: 381, 75000: 382, 1000000: 384,
}  # fmt: skip


def test_sample_size_gives_every_row_of_the_printed_table():
    assert len(TABLE) == 90
    assert {population: sample_size(population) for population in TABLE} == TABLE


@given(st.integers(1, 10**7))
def test_a_sample_is_never_larger_than_its_population(population):
    assert 1 <= sample_size(population) <= min(population, 384)


@pytest.mark.parametrize("population", [-1, 10.5])
def test_a_population_must_be_a_whole_number_of_users(population):
    with pytest.raises(CallError, match="must be a whole number of users"):
        sample_size(population)


def test_allocation_follows_the_users_and_keeps_the_minimum():
    assert allocate(100, {"a": 500, "b": 300, "c": 200}) == {"a": 50, "b": 30, "c": 20}
    assert allocate(100, {"a": 980, "b": 10, "c": 10}, least=5) == {"a": 90, "b": 5, "c": 5}
    assert allocate(15, {"a": 5, "b": 100}, least=10) == {"a": 5, "b": 10}


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(1, 400), min_size=1), st.integers(0, 50))
def test_allocated_parts_add_up_and_fit(populations, least):
    total = sum(populations.values()) // 2
    if total < sum(min(least, size) for size in populations.values()):
        return
    given = allocate(total, populations, least=least)
    assert sum(given.values()) == total
    assert all(min(least, populations[name]) <= count <= populations[name] for name, count in given.items())


def test_allocation_refuses_what_does_not_fit():
    with pytest.raises(CallError, match=r"11 cannot be spread. between 0 and 10 fit"):
        allocate(11, {"a": 10})


def test_the_drawn_sample_is_the_same_for_a_seed_and_any_order():
    names = [f"NIK-{place}" for place in range(50)]
    drawn = draw_sample(names, 10, seed=3)
    assert len(set(drawn)) == 10
    assert set(draw_sample(names[::-1], 10, seed=3)) == set(drawn)
    assert draw_sample(names, 10, seed=4) != drawn
    with pytest.raises(CallError, match="stands twice"):
        draw_sample(["a", "a"], 1, seed=0)
    with pytest.raises(CallError, match="3 of 2 cannot be drawn"):
        draw_sample(["a", "b"], 3, seed=0)
