"""The ledger: the same number by the same recipe has one key, on every run."""

import pytest

from services.analysis.findings import Exhibit, Fact, Finding, render
from services.solving.evidence.ledger import EvidenceKind, Ledger, Ref
from shared.kit.cited import cite, resolve
from shared.kit.numbers import Style

DATASETS = {"calls": "ab" * 32}
FACTS = [
    Fact(name="value", label="mean at the hot pier", value=58.0, unit="min", source="sql", query="select 58.0"),
    Fact(name="baseline", label="mean elsewhere", value=41.0, unit="min", source="sql", query="select 41.0"),
    Fact(name="difference", label="difference", value=17.0, unit="min", signed=True, source="formula", formula="value - baseline"),
    Fact(name="q", label="adjusted p", value=0.0004, style=Style.P_VALUE, source="method"),
]
TEMPLATE = "Calls at [[=Pier 4]] take {value}, {difference} against {baseline} elsewhere (q {q})"


def finding() -> Finding:
    return Finding(
        id="F1",
        kind="difference",
        columns=["pier", "minutes"],
        value=58.0,
        n=100,
        dataset="calls",
        dataset_sha256="ab" * 32,
        query="select 58.0",
        method="difference",
        method_version="1",
        params={"by": "pier"},
        facts=FACTS,
        template=TEMPLATE,
        statement=render(TEMPLATE, FACTS),
    )


def test_a_statement_is_the_finding_s_sentence_in_ledger_tokens() -> None:
    ledger = Ledger()
    text = ledger.statement(finding(), DATASETS)
    displays = {entry.key: entry.display for entry in ledger.entries}
    assert resolve(text, displays) == finding().statement


def test_every_fact_keeps_its_recipe() -> None:
    ledger = Ledger()
    keys = ledger.finding(finding(), DATASETS)
    kinds = {name: ledger.entry(key).kind for name, key in keys.items()}
    assert kinds == {
        "value": EvidenceKind.SQL,
        "baseline": EvidenceKind.SQL,
        "difference": EvidenceKind.FORMULA,
        "q": EvidenceKind.METHOD,
    }
    difference = ledger.entry(keys["difference"]).recipe
    assert difference.inputs == {"value": keys["value"], "baseline": keys["baseline"]}
    assert ledger.entry(keys["q"]).recipe.fact == "q"


def test_keys_follow_from_content() -> None:
    first, second = Ledger(), Ledger()
    assert first.finding(finding(), DATASETS) == second.finding(finding(), DATASETS)
    assert first.sql(3.0, "select 3", DATASETS, label="three") != first.sql(3.0, "select 1 + 2", DATASETS, label="three")
    assert first.sql(3.0, "select 3", DATASETS, label="three") != first.sql(3.0, "select 3", {"calls": "cd" * 32}, label="three")


def test_an_entry_is_written_once_and_known_ones_are_not_written_again() -> None:
    earlier = Ledger()
    key = earlier.stated(8.2, "from 8.2%", label="churn")
    later = Ledger(known={entry.key: entry for entry in earlier.entries})
    assert later.stated(8.2, "from 8.2%", label="churn") == key
    assert later.entries == ()
    doubled = later.formula("a * 2", {"a": key}, label="twice")
    assert later.value(doubled) == 16.4


def test_a_table_holds_rows_and_no_number() -> None:
    ledger = Ledger()
    exhibit = Exhibit(
        kind="bar",
        title="Minutes by pier",
        x_label="pier",
        y_label="minutes",
        columns=["pier", "minutes"],
        query="select 1",
        rows=[["a", 1.0]],
    )
    key = ledger.table(exhibit, DATASETS)
    assert ledger.entry(key).rows == [["a", 1.0]]
    with pytest.raises(KeyError):
        ledger.value(key)


def test_signed_and_unsigned_are_two_ways_of_writing_and_so_two_entries() -> None:
    ledger = Ledger()
    a = ledger.stated(3.0, "three", label="three")
    plus = ledger.formula("a", {"a": a}, label="three", signed=True)
    minus = ledger.formula("-a", {"a": a}, label="minus three", signed=True)
    displays = {entry.key: entry.display for entry in ledger.entries}
    assert resolve(f"{cite(a)} {cite(plus)} {cite(minus)}", displays) == "3.0 +3.0 \u22123.0"


def test_a_grid_takes_its_numbers_from_other_entries() -> None:
    ledger = Ledger()
    gap, saved = ledger.stated(13.0, "thirteen", label="gap"), ledger.stated(7.0, "seven", label="saved")
    key = ledger.grid([["gap", Ref(gap), None], ["saved", Ref(saved), None]], columns=["step", "value", "low"], label="waterfall")
    entry = ledger.entry(key)
    assert entry.rows == [["gap", 13.0, None], ["saved", 7.0, None]]
    assert entry.recipe.inputs == {"0.1": gap, "1.1": saved}


def test_a_number_rests_on_no_file_its_query_does_not_read() -> None:
    ledger = Ledger()
    key = ledger.sql(3.0, 'select count(*) from "calls"', {**DATASETS, "weather": "cd" * 32}, label="calls")
    assert ledger.entry(key).recipe.datasets == DATASETS


def test_a_count_keeps_what_it_counts() -> None:
    ledger = Ledger()
    entry = ledger.entry(ledger.count(["price", "churn"], label="leaves tested"))
    assert (entry.value, entry.display, entry.recipe.items) == (2.0, "2", ["price", "churn"])


def test_two_entries_never_share_a_key() -> None:
    first = Ledger()
    key = first.stated(3.0, "three", label="three")
    taken = first.entry(key).model_copy(update={"value": 4.0, "display": "4.0"})
    other = Ledger(known={key: taken}).stated(3.0, "three", label="three")
    assert other != key
