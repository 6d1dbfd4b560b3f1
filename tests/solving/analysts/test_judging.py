"""Verdicts and scores by stated rules: what is not seen surely is not ruled out, and what nobody can touch is worth less."""

from pathlib import Path

import pytest

from services.solving.analysts.rules.analyze import judged
from services.solving.steps.plan import DecisionRule
from tests.solving.analysts.runs import csv_file, customers, problem, read_aloud, worked

RULE = DecisionRule(confirms="", kills="", minimum_effect=0.1)


def test_what_an_interval_does_not_rule_out_is_undecided(tmp_path: Path) -> None:
    with problem("Churn is too high; bring it down by Q4.", [customers(tmp_path)]) as begun:
        context, _ = worked(begun, until="analyze")
    assert context.analysis is not None
    quiet = next(f for f in context.analysis.findings if f.kind == "no_effect" and f.q_value is not None and f.strength != "adjusted")
    across = quiet.model_copy(update={"ci_low": -0.02, "ci_high": 0.05})
    beside = quiet.model_copy(update={"ci_low": 0.01, "ci_high": 0.05})
    assert judged(across, RULE) == "refuted"
    assert judged(beside, RULE) == "undecided"
    assert judged(beside.model_copy(update={"strength": "adjusted"}), RULE) == "refuted"


def test_a_rate_is_tested_against_a_number(tmp_path: Path) -> None:
    with problem("Churn is too high; bring it down by Q4.", [customers(tmp_path)]) as begun:
        context, results = worked(begun, until="analyze")
    leaves = {leaf.id: leaf for leaf in results["tree"].tree.leaves()}
    tested = [r for r in results["analyze"].analysis.results if (t := leaves[r.question_id].test) and t.method == "ratio_association"]
    assert tested
    assert all(result.key_findings for result in tested)
    assert any(result.verdict == "supported" and "rank correlation" in read_aloud(context, result.summary) for result in tested)


def store_sales(folder: Path, *, lost: bool = True) -> Path:
    """Rows whose margin is revenue less goods and, where `lost`, less what was lost."""
    rows = []
    for i in range(400):
        revenue, discount, goods, gone = 1000.0 + i % 97, 50.0 + i % 13, 520.0 + i % 31, 12.0 + i % 5
        margin = revenue - goods - (gone if lost else 0.0)
        month = f"{2024 + i % 24 // 12}-{1 + i % 12:02}-01"
        rows.append([month, f"S{i % 9}", ("Garden", "Home", "Toys")[i % 3], revenue, discount, goods, gone, round(margin, 2), i % 20])
    header = [
        "month",
        "store",
        "category",
        "revenue_eur",
        "discount_eur",
        "cost_of_goods_eur",
        "shrinkage_eur",
        "gross_profit_eur",
        "rainy_days",
    ]
    return csv_file(folder, "sales.csv", header, rows)


@pytest.mark.parametrize("lost", [True, False])
def test_the_parts_of_a_margin_rebuild_it_whichever_of_them_it_leaves_out(lost: bool, tmp_path: Path) -> None:
    with problem("Lift gross margin to 50% by Q4.", [store_sales(tmp_path, lost=lost)]) as begun:
        context, results = worked(begun, until="prioritize")
    tree = results["tree"].tree
    check = next(check for check in tree.checks if check.name == "parts_rebuild_whole")
    assert check.passed, read_aloud(context, check.detail)
    assert tree.nodes[0].logic.startswith("arithmetic: margin")
    formulas = [entry.recipe.formula or "" for entry in context.known.values() if "rebuilt" in entry.label]
    assert len(formulas) == 1
    assert ("loss_share" in formulas[0]) is lost


def test_an_average_is_not_called_a_sum_of_parts_that_do_not_add_up_to_it(tmp_path: Path) -> None:
    rows = [[f"A{i}", ("Sales", "Care", "IT")[i % 3], ("Chair", "Desk")[i % 2], 100 + (i * 37) % 90] for i in range(300)]
    file = csv_file(tmp_path, "assets.csv", ["asset_tag", "department", "category", "cost"], rows)
    with problem("Average cost per asset is too high. Cut it by Q4.", [file]) as begun:
        _, results = worked(begun, until="tree")
    tree = results["tree"].tree
    assert not tree.nodes[0].logic.startswith("arithmetic")
    assert not any(check.name == "parts_rebuild_whole" for check in tree.checks)
    with problem("Total cost is too high. Cut it by 10% by Q4.", [file]) as begun:
        _, results = worked(begun, until="tree")
    assert [check.passed for check in results["tree"].tree.checks if check.name == "parts_rebuild_whole"] == [True]


def test_what_lies_outside_counts_for_less_and_a_known_lever_for_most(tmp_path: Path) -> None:
    with problem("Lift gross margin to 50% by Q4. Do rainy days matter?", [store_sales(tmp_path)]) as begun:
        context, results = worked(begun, until="prioritize")
    leaves = {leaf.id: leaf for leaf in results["tree"].tree.leaves()}
    nodes = results["prioritize"].priorities.nodes
    rain = next(n for n in nodes if (t := leaves[n.node_id].test) and "rainy_days" in t.columns)
    store = next(n for n in nodes if (t := leaves[n.node_id].test) and t.by == ["category"] and t.method != "ratio_mix")
    assert rain.influence < 0.5 < store.influence == 1.0
    assert "outside of our reach" in rain.influence_reason
    assert all(read_aloud(context, n.influence_reason) in read_aloud(context, n.rationale) for n in nodes)
    assert {n.quadrant for n in nodes} <= {"do first", "valuable, hard", "easy, small", "leave"}
