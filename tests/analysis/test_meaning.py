"""Linking by meaning, held to pairs of words that were not used to set its threshold."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from services.analysis.dataset import Dataset
from services.analysis.goal import interest_in, missing_from, overlap, words_of
from services.analysis.insights import analyze
from services.analysis.meaning import CLOSE, akin
from services.analysis.tables import Workspace, open_dataset
from shared.embeddings import embed

PAIRS: dict[str, list[tuple[str, str]]] = tomllib.loads(Path(__file__).with_name("pairs_of_words.toml").read_text(encoding="utf-8"))


def cosines(pairs: list[tuple[str, str]]) -> NDArray[np.float64]:
    """Return the cosine of every goal's word with every column of the list: the best over the column's words."""
    words = embed([word for word, _ in pairs])
    return np.array([(words @ embed(words_of(column)).T).max(axis=1) for _, column in pairs], dtype=np.float64).T


@pytest.mark.parametrize(("name", "fewest", "most_wrong"), [("calibration", 16, 0), ("held_out", 22, 2)])
def test_words_that_belong_together_link_and_others_do_not(name: str, fewest: int, most_wrong: int) -> None:
    found = cosines(PAIRS[name]) >= CLOSE
    right = np.eye(len(found), dtype=bool)
    assert found[right].sum() >= fewest
    assert found[~right].sum() <= most_wrong


def test_the_pairs_are_linked_by_nothing_else() -> None:
    assert [pair for pairs in PAIRS.values() for pair in pairs if overlap(pair[1], [pair[0]]) > 0] == []


def test_a_word_links_to_its_nearest_name_alone() -> None:
    assert akin(["physicians"], ["surgeon", "doctor", "invoice"], embed) == {"doctor": "physicians"}
    assert akin(["physicians"], ["invoice", "weekday"], embed) == {}
    assert akin([], ["doctor"], embed) == {}


@pytest.fixture
def wards(tmp_path: Path) -> Iterator[Workspace]:
    rng = np.random.default_rng(11)
    rows = ["doctor,city,invoice_eur,loaf_temperature"]
    for _ in range(400):
        doctor, city = rng.choice(["Abel", "Boone", "Cole"]), rng.choice(["Ulm", "Bern", "Graz"])
        rows.append(f"{doctor},{city},{rng.normal(90 + 12 * (doctor == 'Abel') + 12 * (city == 'Ulm'), 10):.2f},{rng.normal(20, 4):.2f}")
    path = tmp_path / "bills.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    with Workspace(open_dataset(path)) as workspace:
        yield workspace


def test_a_goal_in_other_words_is_about_the_same_columns(wards: Workspace) -> None:
    (dataset,) = wards.datasets
    goal = "Which physicians differ"
    assert interest_in(goal, dataset, []).column("doctor") == 0
    asked = interest_in(goal, dataset, [], embed)
    assert asked.column("doctor") == pytest.approx(0.6)
    assert asked.column("city") == 0


def test_what_was_asked_in_other_words_comes_first(wards: Workspace) -> None:
    first = analyze(wards, "Which physicians differ", embed=embed).findings[0]
    assert first.by == ["doctor"]


def staff(folder: Path, header: str) -> list[Dataset]:
    path = folder / "staff.csv"
    path.write_text(header + "\n" + "".join(",".join(f"{i}{j}" for j in range(header.count(",") + 1)) + "\n" for i in range(30)))
    return open_dataset(path)


@pytest.mark.parametrize(
    ("goal", "header", "gaps"),
    [
        ("Are the salaries fair, and the discounts?", "person,wages_eur", ["discounts"]),
        ("Does the weight of parcels change with the temperature?", "package_kg,outside_celsius", []),
        ("Inventories and rebates by shop; is 'shelf life' known?", "shop,stock_units,discount_pct", ["shelf life"]),
        ("Do customer complaints follow the distance driven?", "customer,km", ["complaints"]),
        ("Why did profits fall?", "shop,revenue_eur", ["profits"]),
    ],
)
def test_what_the_data_lack_is_named_and_what_another_word_names_is_not(tmp_path: Path, goal: str, header: str, gaps: list[str]) -> None:
    datasets = staff(tmp_path, header)
    assert missing_from(goal, datasets, []) == gaps
    with Workspace(datasets) as workspace:
        assert [gap.missing for gap in analyze(workspace, goal, embed=embed).not_enough_data] == [[gap] for gap in gaps]


def test_the_model_is_not_asked_about_words_that_are_linked(wards: Workspace) -> None:
    def refuse(texts: object) -> NDArray[np.float32]:
        raise AssertionError(texts)

    assert interest_in("doctors by city", wards.datasets[0], [], refuse).column("doctor") == 1


def test_the_same_words_give_the_same_findings(wards: Workspace) -> None:
    once, again = (analyze(wards, "Which physicians differ", embed=embed).model_dump_json() for _ in range(2))
    assert once == again
