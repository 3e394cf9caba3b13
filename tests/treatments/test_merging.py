"""Two people on one page: what each changed, and what both did (BTX-094)."""

from hypothesis import given
from hypothesis import strategies as some

from treatments.merging import three_way

TEXTS = some.dictionaries(some.sampled_from("abcd"), some.sampled_from(["", "1", "2", "3"]))


def test_theirs_is_taken_where_nothing_was_typed_here() -> None:
    merged = three_way({"dose": "100", "note": ""}, {"dose": "100", "note": "mine"}, {"dose": "120", "note": ""})
    assert merged.values == {"dose": "120", "note": "mine"}
    assert (merged.taken, merged.conflicts) == ({"dose": "120"}, {})


def test_mine_stays_beside_theirs_where_both_changed() -> None:
    merged = three_way({"dose": "100"}, {"dose": "90"}, {"dose": "120"})
    assert (merged.values, merged.taken, merged.conflicts) == ({"dose": "90"}, {}, {"dose": "120"})


def test_same_change_on_both_sides_is_no_conflict() -> None:
    assert three_way({"dose": "100"}, {"dose": "120"}, {"dose": "120"}).conflicts == {}


def test_field_they_took_away_is_taken_away() -> None:
    assert three_way({"line": "5"}, {"line": "5"}, {}).taken == {"line": ""}


@given(base=TEXTS, mine=TEXTS)
def test_nobody_else_saved_leaves_everything_as_typed(base: dict[str, str], mine: dict[str, str]) -> None:
    merged = three_way(base, mine, base)
    assert (merged.values, merged.taken, merged.conflicts) == (mine, {}, {})


@given(base=TEXTS, mine=TEXTS, theirs=TEXTS)
def test_nothing_typed_here_is_ever_lost(base: dict[str, str], mine: dict[str, str], theirs: dict[str, str]) -> None:
    merged = three_way(base, mine, theirs)
    for name, text in mine.items():
        if text != base.get(name, ""):
            assert merged.values[name] == text
