"""The bench's pure parts, and that the figures in the docs are whole. Nothing is timed here."""

import pytest

from tests.bench import figures
from tests.bench.__main__ import NAMES, parse
from tests.bench.database import machine, with_name
from tests.bench.figures import Figure, faults, median, merge, number_text, page_of, side_by_side


def line(name: str, pins: int, value: float) -> dict:
    return Figure(name, pins, value, "ms", 1.0, "so").line()


def test_a_median_is_the_middle_or_the_mean_of_two():
    assert median([3, 1, 2]) == 2
    assert median([4, 1, 3, 2]) == 2.5
    with pytest.raises(ValueError, match="needs a value"):
        median([])


def test_works_run_in_turns_once_to_warm_up_and_seven_times_at_least():
    order: list[str] = []
    seconds = side_by_side([lambda: order.append("a"), lambda: order.append("b")], runs=2)
    assert order == ["a", "b"] * (1 + figures.RUNS)
    assert len(seconds) == 2


def test_a_figure_says_whether_it_is_what_was_wanted():
    assert Figure("x", 1, 1.1, "×", 1.0, "so", wanted="<= 1.2").met is True
    assert Figure("x", 1, 1.3, "×", 1.0, "so", wanted="<= 1.2").met is False
    assert Figure("x", 1, 9.0, "/s", None, "so", wanted=">= 10").met is False
    assert Figure("x", 1, 1.0, "×", 1.0, "so").met is None


def test_merging_replaces_what_was_measured_again_and_keeps_the_rest():
    old = {"machine": "a", "date": "2026-01-01", "figures": [line("b", 10, 1), line("a", 10, 2), line("a", 20, 3)]}
    found = merge(old, [line("a", 10, 9), line("c", 5, 4)], machine="b", date="2026-11-22")
    assert [(f["name"], f["pins"], f["value"]) for f in found["figures"]] == [
        ("a", 10, 9),
        ("a", 20, 3),
        ("b", 10, 1),
        ("c", 5, 4),
    ]
    assert (found["machine"], found["date"]) == ("b", "2026-11-22")
    assert faults(found) == []
    assert merge({}, [line("a", 1, 1)], machine="m", date="d")["figures"] == [line("a", 1, 1)]


def test_a_broken_file_of_figures_is_named():
    good = merge({}, [line("a", 1, 1)], machine="m", date="d")
    assert faults({**good, "more": 1})
    assert faults({**good, "figures": [{**line("a", 1, 1), "value": "1"}]}) == ["figures[0].value"]
    assert faults({**good, "figures": [line("a", 1, 1), line("a", 1, 2)]})
    assert faults({**good, "figures": [{"name": "a"}]})


def test_the_figures_in_the_docs_are_whole_and_the_page_is_made_from_them():
    found = figures.read()
    assert faults(found) == []
    assert {f["name"].split()[0] for f in found["figures"]} >= set(NAMES)
    assert figures.PAGE.read_text("utf-8") == page_of(found), "docs/performance.md is not what the figures say"


def test_numbers_are_written_for_people():
    assert [number_text(n) for n in (1234567.0, 1000, 12.5, 0.00123, None)] == [
        "1,234,567",
        "1,000",
        "12.5",
        "0.00123",
        "–",
    ]


def test_words_of_the_command_line_choose_what_is_measured():
    assert parse([]).names == list(NAMES)
    assert (parse([]).pins, parse(["quick"]).pins, parse(["quick", "--pins", "7000"]).pins) == (50_000, 5_000, 7_000)
    assert parse(["quick", "ranking"]).names == ["ranking"]
    for wrong in (["nonsense"], ["--pins", "10"]):
        with pytest.raises(SystemExit):
            parse(wrong)


def test_the_bench_goes_to_another_database_of_the_same_server():
    url = "postgis://me:secret@db:5432/meemap?host=/run/x"
    assert with_name(url, "bench_1") == "postgis://me:secret@db:5432/bench_1?host=/run/x"
    assert with_name("postgis://meemap@/meemap?host=/run/x", "postgres", "postgresql") == (
        "postgresql://meemap@/postgres?host=/run/x"
    )


def test_the_machine_is_described_without_its_name():
    text = machine("15.4 (Debian 15.4-1)", 0.25)
    assert "PostgreSQL 15.4" in text
    assert "cores" in text
    assert "load 0.2" in text
