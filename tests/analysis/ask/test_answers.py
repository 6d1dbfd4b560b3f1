"""Answers are what pandas, SciPy and scikit-learn say of the same rows."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from scipy import stats

from services.analysis.ask.answering import Reply, ask, differences
from services.analysis.ask.errors import NoPlanError
from services.analysis.tables import Workspace
from tests.analysis.ask.tables import answers, opened, orders

TABLE = orders()


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with opened(TABLE, tmp_path_factory.mktemp("ask")) as held:
        yield held


def two(value: float) -> str:
    return f"{value:.2f}"


def test_aggregates_of_a_column(workspace: Workspace) -> None:
    wanted = '@mean_price[a] @std_price[b] @median_price[c] where "a", "b" and "c" are numbers rounded to two decimal places.'
    price = TABLE["unit_price"]
    found = answers(workspace, "Calculate the mean, median and standard deviation of the unit price.", wanted=wanted)
    assert found == {"mean_price": two(price.mean()), "std_price": two(price.std()), "median_price": two(price.median())}


def test_the_population_deviation_where_it_is_asked_for(workspace: Workspace) -> None:
    found = answers(
        workspace,
        "What is the standard deviation of unit_price?",
        "Use the population standard deviation. Round to 4 decimal places.",
        "@std[x]",
    )
    assert found == {"std": f"{TABLE['unit_price'].std(ddof=0):.4f}"}


def test_conditions(workspace: Workspace) -> None:
    question = "What is the average unit price of web orders with a parcel weight greater than 8?"
    rows = TABLE[(TABLE["channel"] == "web") & (TABLE["parcel_weight"] > 8)]
    assert answers(workspace, question, wanted='@average_price[v] where "v" is rounded to 2 decimals') == {
        "average_price": two(rows["unit_price"].mean())
    }


def test_a_condition_against_an_average(workspace: Workspace) -> None:
    rows = TABLE[TABLE["parcel_weight"] > TABLE["parcel_weight"].mean()]
    found = answers(
        workspace,
        "Find the median unit price of orders whose parcel weight is greater than the average parcel weight.",
        wanted="@median[v]",
    )
    assert float(found["median"]) == pytest.approx(rows["unit_price"].median())


def test_one_answer_for_each_group(workspace: Workspace) -> None:
    wanted = '@mean_price_web[m], @mean_price_store[m], @mean_price_partner[m] where "m" is a number rounded to two decimal places.'
    means = TABLE.groupby("channel")["unit_price"].mean()
    found = answers(workspace, "Calculate the mean unit price for each channel.", wanted=wanted)
    assert found == {f"mean_price_{c}": two(means[c]) for c in ("web", "store", "partner")}


def test_the_group_with_the_highest_average(workspace: Workspace) -> None:
    means = TABLE.groupby("channel")["lead_time"].mean()
    reply = ask(workspace, "Which channel has the highest average lead time?")
    assert reply.answers["channel"] == means.idxmax()
    assert float(reply.answers["mean_lead_time"]) == pytest.approx(means.max())


def test_correlations_and_their_p_values(workspace: Workspace) -> None:
    wanted = (
        '@correlation[r] @p_value[p] where "r" is a number rounded to three decimal places and "p" a number rounded to four decimal places.'
    )
    whole = TABLE.dropna(subset=["lead_time"])
    for kind, function in (("Pearson", stats.pearsonr), ("Spearman", stats.spearmanr), ("Kendall", stats.kendalltau)):
        r, p = function(whole["lead_time"], whole["unit_price"])
        found = answers(workspace, "What is the correlation between the lead time and the unit price?", f"Use the {kind} method.", wanted)
        assert found == {"correlation": f"{r:.3f}", "p_value": f"{p:.4f}"}


@pytest.mark.parametrize(("columns", "verdict"), [("parcel weight and the unit price", "linear"), ("lead time and the unit price", "none")])
def test_a_verdict_by_the_stated_rules(workspace: Workspace, columns: str, verdict: str) -> None:
    rules = (
        "Call the relationship linear if the p-value is less than 0.05 and the absolute value of r is greater than or equal to 0.5. "
        "Call the relationship nonlinear if the p-value is less than 0.05 and the absolute value of r is less than 0.5. "
        "If the p-value is greater than or equal to 0.05, report that there is no significant correlation."
    )
    wanted = '@kind[kind] where "kind" is a string that can be "linear", "nonlinear", or "none".'
    assert answers(workspace, f"Is there a correlation between the {columns}?", rules, wanted) == {"kind": verdict}


def test_normality(workspace: Workspace) -> None:
    wanted = '@p[p] @is_normal[n] where "p" is the p-value rounded to four decimal places and "n" is a string, "normal" or "not normal".'
    p = stats.shapiro(TABLE["parcel_weight"]).pvalue
    found = answers(
        workspace,
        "Does the parcel weight follow a normal distribution?",
        "Use the Shapiro-Wilk test with a significance level of 0.05.",
        wanted,
    )
    assert found == {"p": f"{p:.4f}", "is_normal": "not normal"}


def test_outliers_counted_and_removed(workspace: Workspace) -> None:
    lead = TABLE["lead_time"].dropna()
    far = ((lead - lead.mean()) / lead.std(ddof=0)).abs() > 3
    wanted = '@outlier_count[n] @mean_after_removal[m] where "n" is an integer and "m" a number rounded to two decimal places.'
    question = (
        "Identify outliers in the lead time using the Z-score method with a threshold of 3. Remove the "
        "outliers and calculate the new mean of the lead time."
    )
    assert answers(workspace, question, wanted=wanted) == {"outlier_count": str(far.sum()), "mean_after_removal": two(lead[~far].mean())}


def test_outliers_beyond_the_fences(workspace: Workspace) -> None:
    lead = TABLE["lead_time"].dropna()
    low, high = lead.quantile([0.25, 0.75])
    far = (lead < low - 1.5 * (high - low)) | (lead > high + 1.5 * (high - low))
    rule = "An outlier is a value below Q1 - 1.5 * IQR or above Q3 + 1.5 * IQR."
    assert answers(workspace, "How many outliers are there in the lead time?", rule, '@outliers[n] where "n" is an integer') == {
        "outliers": str(far.sum())
    }


def test_missing_values_filled(workspace: Workspace) -> None:
    filled = TABLE["lead_time"].fillna(TABLE["lead_time"].median())
    found = answers(
        workspace,
        "Calculate the mean of the lead time.",
        "Fill missing values in the lead time with the median. Round to two decimal places.",
        "@mean[m]",
    )
    assert found == {"mean": two(filled.mean())}


def test_new_columns(workspace: Workspace) -> None:
    ratio = TABLE["unit_price"] / TABLE["parcel_weight"]
    question = (
        'Create a new feature called "price_density" by dividing the unit price by the parcel weight. '
        "Calculate the mean of the new feature."
    )
    assert answers(workspace, question, "Round to two decimal places.", "@mean_density[m]") == {"mean_density": two(ratio.mean())}


def test_a_test_of_two_groups(workspace: Workspace) -> None:
    web, store = (TABLE[TABLE["channel"] == c]["unit_price"] for c in ("web", "store"))
    wanted = '@p_value[p] @different[d] where "p" is a number rounded to four decimal places and "d" is "Yes" or "No", a string.'
    question = "Is there a significant difference in the unit price between web and store orders?"
    found = answers(workspace, question, "Use the Mann-Whitney U test with alpha = 0.05.", wanted)
    p = stats.mannwhitneyu(web, store, alternative="two-sided").pvalue
    assert found == {"p_value": f"{p:.4f}", "different": "Yes" if p < 0.05 else "No"}


def test_a_regression_with_the_split_that_is_asked_for(workspace: Workspace) -> None:
    from sklearn.linear_model import LinearRegression
    from sklearn.metrics import mean_squared_error
    from sklearn.model_selection import train_test_split

    a, b, c, d = train_test_split(TABLE[["parcel_weight", "tier"]], TABLE["unit_price"], test_size=0.25, random_state=11)
    wanted = mean_squared_error(d, LinearRegression().fit(a, c).predict(b))
    found = answers(
        workspace,
        "Train a linear regression model to predict the unit price based on the parcel weight and the tier. Report the mean squared error.",
        "Use 75% of the data for training and 25% for testing, with a random state of 11. Round to three decimal places.",
        "@mse[mse]",
    )
    assert found == {"mse": f"{wanted:.3f}"}


@pytest.mark.parametrize(
    ("question", "constraints"),
    [
        ("Calculate the weighted mean of the unit price.", ""),
        ("Calculate the mean of the unit price after winsorizing at 5%.", ""),
        ("Calculate the mean unit price in the last quarter.", ""),
        ("Calculate the mean of the unit price.", "Only use the 30 largest orders."),
        ("Calculate the mean of the unit price and the parcel weight.", ""),
        ("Calculate the mean of the unit price.", "Exclude orders placed through 'kiosk'."),
        ("Calculate the mean of the unit price.", "Impute the lead time with a k-nearest neighbours model."),
        ("Tell me something interesting.", ""),
        ("", ""),
    ],
)
def test_what_is_not_wholly_understood_is_not_answered(workspace: Workspace, question: str, constraints: str) -> None:
    reply = ask(workspace, question, constraints, "@mean[m]" if question else "")
    assert reply.abstained
    assert reply.why
    assert reply.answers == {}
    assert reply.finding is None


def test_the_query_gives_the_answer_again(workspace: Workspace) -> None:
    reply = ask(workspace, "What is the average unit price of web orders?", "", '@mean_price[v] where "v" is rounded to two decimal places')
    assert two(workspace.scalar(reply.query)) == reply.answers["mean_price"]
    assert reply.finding is not None
    assert reply.finding.columns == ["channel", "unit_price"]
    assert reply.finding.n == (TABLE["channel"] == "web").sum()
    assert reply.finding.value == pytest.approx(workspace.scalar(reply.finding.query))


def test_the_same_question_gives_the_same_reply(workspace: Workspace) -> None:
    question = "Which channel has the lowest median unit price?"
    assert ask(workspace, question).model_dump_json() == ask(workspace, question).model_dump_json()


@pytest.mark.parametrize("name", ['wei"ght', "select * from", "weight; drop table orders", "größe", "w'eight"])
def test_hostile_column_names(name: str, tmp_path: Path) -> None:
    table = pd.DataFrame({name: [float(i) for i in range(40)], "channel": ["a1", "b2"] * 20})
    with opened(table, tmp_path, "hostile") as workspace:
        reply = ask(workspace, f'Calculate the mean of the "{name}" column.', "", "@mean[m]")
        assert reply.abstained or reply.answers == {"mean": "19.5"}


def test_every_kind_of_reply_survives_json_and_comes_out_again(workspace: Workspace) -> None:
    texts = [
        "Which channel has the lowest median unit price?",
        "What is the correlation between the lead time and the unit price?",
        "What is the average unit price of web orders with a parcel weight greater than 8?",
    ]
    for text in texts:
        reply = ask(workspace, text)
        assert not reply.abstained, reply.why
        assert differences(workspace, Reply.model_validate_json(reply.model_dump_json())) == []
        other = reply.model_copy(update={"answers": dict.fromkeys(reply.answers, "0")})
        assert differences(workspace, other)
    with pytest.raises(NoPlanError):
        differences(workspace, ask(workspace, "Tell me something interesting."))
