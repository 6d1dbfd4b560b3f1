"""Questions on the generated tables, each with its answer as pandas, SciPy or scikit-learn compute it.

The even ones were looked at while the grammar was worked on, the odd ones only counted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

Frame = pd.DataFrame
Answers = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A question, its constraints and format, and the answers a reader would accept."""

    table: str
    question: str
    constraints: str
    wanted: str
    answers: Callable[[Frame], Answers]


def number(value: Any, decimals: int = 2) -> str:
    """Return a number as the format asks for it."""
    return f"{value:.{decimals}f}"


def fences(values: "pd.Series[float]", k: float = 1.5) -> "pd.Series[bool]":
    """Return which values lie beyond Tukey's fences."""
    low, high = values.quantile(0.25), values.quantile(0.75)
    return (values < low - k * (high - low)) | (values > high + k * (high - low))


def far(values: "pd.Series[float]", k: float = 3.0) -> "pd.Series[bool]":
    """Return which values lie more than k population deviations from the mean."""
    return ((values - values.mean()) / values.std(ddof=0)).abs() > k


def split_fit(frame: Frame, features: list[str], target: str, model: Any, metric: Callable[..., float], share: float, seed: int) -> float:
    """Fit a model of scikit-learn on the split asked for and return its metric on the test rows."""
    from sklearn.model_selection import train_test_split

    a, b, c, d = train_test_split(frame[features], frame[target], test_size=share, random_state=seed)
    return float(metric(d, model.fit(a, c).predict(b)))


def ols(frame: Frame, features: list[str], target: str, metric: str, share: float, seed: int) -> float:
    """Return a metric of least squares on the test rows."""
    from sklearn import linear_model, metrics

    return split_fit(frame, features, target, linear_model.LinearRegression(), getattr(metrics, metric), share, seed)


def logit(frame: Frame, features: list[str], target: str, metric: str, share: float, seed: int) -> float:
    """Return a metric of logistic regression on the test rows."""
    from sklearn import linear_model, metrics

    return split_fit(frame, features, target, linear_model.LogisticRegression(max_iter=1000), getattr(metrics, metric), share, seed)


TWO = 'where "{0}" is a number rounded to two decimal places'


def one(name: str, decimals: str = "two") -> str:
    """Return a format with one rounded number."""
    return f'@{name}[{name}_value] where "{name}_value" is a number rounded to {decimals} decimal places.'


HIVES = [
    Asked("hives", "What is the average honey yield in kg across all hives?", "Ignore hives with no recorded honey.", one("mean_honey"),
          lambda d: {"mean_honey": number(d.honey_kg.mean())}),
    Asked("hives", "How many hives of the Buckfast breed swarmed?", "", '@hive_count[n] where "n" is an integer.',
          lambda d: {"hive_count": str(((d.breed == "Buckfast") & (d.swarmed == "yes")).sum())}),
    Asked("hives", "What is the median mite count in the Mill Lane apiary?", "", one("median_mites", "one"),
          lambda d: {"median_mites": number(d[d.apiary == "Mill Lane"].mite_count.median(), 1)}),
    Asked("hives", "Which apiary has the highest total honey_kg?", "", '@apiary[name] where "name" is a string.',
          lambda d: {"apiary": d.groupby("apiary").honey_kg.sum().idxmax()}),
    Asked("hives", "Compute the Pearson correlation coefficient between colony weight and honey_kg.", "Drop rows with missing values in either column.",
          one("correlation", "three"), lambda d: {"correlation": number(d.colony_weight.corr(d.honey_kg), 3)}),
    Asked("hives", "Find the mean colony weight of each breed.", "",
          '@mean_carniolan[a] @mean_buckfast[b] @mean_italian[c] where "a", "b" and "c" are numbers rounded to two decimal places.',
          lambda d: {f"mean_{b.lower()}": number(d[d.breed == b].colony_weight.mean()) for b in ("Carniolan", "Buckfast", "Italian")}),
    Asked("hives", "How many values are missing in the honey_kg column?", "", '@missing[n] where "n" is an integer.',
          lambda d: {"missing": str(d.honey_kg.isna().sum())}),
    Asked("hives", "Replace the missing values of honey_kg with its mean and report the standard deviation of the filled column.", "Use the sample standard deviation.",
          one("std_honey", "three"), lambda d: {"std_honey": number(d.honey_kg.fillna(d.honey_kg.mean()).std(), 3)}),
    Asked("hives", "How many outliers does the mite count have according to the IQR rule?", "A value is an outlier below Q1 - 1.5 IQR or above Q3 + 1.5 IQR.",
          '@outliers[n] where "n" is an integer.', lambda d: {"outliers": str(fences(d.mite_count).sum())}),
    Asked("hives", "Is there a difference in honey_kg between hives that swarmed and hives that did not?", "Run Welch's t-test and report the p-value.",
          one("p_value", "four"),
          lambda d: {"p_value": number(stats.ttest_ind(d[d.swarmed == "yes"].honey_kg.dropna(), d[d.swarmed == "no"].honey_kg.dropna(), equal_var=False).pvalue, 4)}),
    Asked("hives", "What is the skewness of the mite count distribution?", "", one("skewness"),
          lambda d: {"skewness": number(d.mite_count.skew())}),
    Asked("hives", "Test whether colony_weight is normally distributed with the Shapiro-Wilk test.", "Use a significance level of 0.05.",
          '@p_value[p] @normal[answer] where "p" is a number rounded to four decimal places and "answer" is "yes" or "no".',
          lambda d: {"p_value": number(stats.shapiro(d.colony_weight).pvalue, 4), "normal": "yes" if stats.shapiro(d.colony_weight).pvalue >= 0.05 else "no"}),
    Asked("hives", "What is the 90th percentile of the mite count?", "", one("p90"), lambda d: {"p90": number(d.mite_count.quantile(0.9))}),
    Asked("hives", "How many hives were inspected in May?", "", '@n[n] where "n" is an integer.',
          lambda d: {"n": str((d.inspected_on.dt.month == 5).sum())}),
    Asked("hives", "What share of hives swarmed, in percent?", "", '@share[s] where "s" is a percentage rounded to one decimal place.',
          lambda d: {"share": number(100 * (d.swarmed == "yes").mean(), 1)}),
    Asked("hives", "Create a new column 'yield_ratio' as honey_kg divided by colony_weight and give its median.", "", one("median_ratio", "three"),
          lambda d: {"median_ratio": number((d.honey_kg / d.colony_weight).median(), 3)}),
    Asked("hives", "What is the range of colony_weight?", "Range means maximum minus minimum.", one("range"),
          lambda d: {"range": number(d.colony_weight.max() - d.colony_weight.min())}),
    Asked("hives", "Fit a linear regression that predicts honey_kg from colony_weight and queen_age and report R squared on the test set.",
          "Drop rows with missing honey_kg. Split 80/20 with random_state 7.", one("r2", "three"),
          lambda d: {"r2": number(ols(d.dropna(subset=["honey_kg"]), ["colony_weight", "queen_age"], "honey_kg", "r2_score", 0.2, 7), 3)}),
    Asked("hives", "Do the three breeds differ in mite count? Run a Kruskal-Wallis test.", "", one("p_value", "four"),
          lambda d: {"p_value": number(stats.kruskal(*[g.mite_count for _, g in d.groupby("breed")]).pvalue, 4)}),
    Asked("hives", "How many distinct apiaries are there?", "", '@apiaries[n] where "n" is an integer.', lambda d: {"apiaries": str(d.apiary.nunique())}),
    Asked("hives", "What is the average mite count of hives with a queen older than 2 years?", "Use queen_age.", one("mean_mites"),
          lambda d: {"mean_mites": number(d[d.queen_age > 2].mite_count.mean())}),
    Asked("hives", "Is swarming associated with breed? Use a chi-square test of independence.", "", one("p_value", "four"),
          lambda d: {"p_value": number(stats.chi2_contingency(pd.crosstab(d.swarmed, d.breed)).pvalue, 4)}),
    Asked("hives", "What is the kurtosis of colony_weight?", "Report excess kurtosis.", one("kurtosis"), lambda d: {"kurtosis": number(d.colony_weight.kurt())}),
    Asked("hives", "Which breed is the most common?", "", '@breed[b] where "b" is a string.', lambda d: {"breed": d.breed.mode()[0]}),
]  # fmt: skip

FREIGHT = [
    Asked("freight", "Calculate the average freight charge for express consignments carried by Meridian.", "", one("mean_charge"),
          lambda d: {"mean_charge": number(d[(d.Service == "express") & (d.Carrier == "Meridian")].FreightCharge.mean())}),
    Asked("freight", "What is the total gross weight of consignments over a distance of more than 1000 km?", "", one("total_weight", "one"),
          lambda d: {"total_weight": number(d[d.Distance > 1000].GrossWeight.sum(), 1)}),
    Asked("freight", "Identify the outliers in the delay hours using z-scores with a threshold of 3 and count them.", "Rows without a delay are ignored.",
          '@outlier_count[n] where "n" is an integer.', lambda d: {"outlier_count": str(far(d.DelayHours.dropna()).sum())}),
    Asked("freight", "After removing outliers in DelayHours (|z| > 3), what is the mean of DelayHours?", "", one("clean_mean"),
          lambda d: {"clean_mean": number(d.DelayHours.dropna()[~far(d.DelayHours.dropna())].mean())}),
    Asked("freight", "What is the Spearman rank correlation between Distance and FreightCharge, and its p-value?", "",
          '@rho[r] @p_value[p] where "r" is a number rounded to three decimal places and "p" is a number rounded to four decimal places.',
          lambda d: dict(zip(("rho", "p_value"), (number(stats.spearmanr(d.Distance, d.FreightCharge)[0], 3), number(stats.spearmanr(d.Distance, d.FreightCharge)[1], 4)), strict=True))),
    Asked("freight", "Which carrier has the lowest average delay?", "", '@carrier[c] where "c" is a string.',
          lambda d: {"carrier": d.groupby("Carrier").DelayHours.mean().idxmin()}),
    Asked("freight", "What percentage of the consignments were damaged?", "", '@pct_damaged[p] where "p" is a number rounded to two decimal places.',
          lambda d: {"pct_damaged": number(100 * d.Damaged.mean())}),
    Asked("freight", "Create a column called 'charge_per_km' by dividing FreightCharge by Distance. What is its mean?", "", one("mean_charge_per_km", "four"),
          lambda d: {"mean_charge_per_km": number((d.FreightCharge / d.Distance).mean(), 4)}),
    Asked("freight", "Compare the freight charge of the express and the economy service with a Mann-Whitney U test.", "", one("p_value", "four"),
          lambda d: {"p_value": number(stats.mannwhitneyu(d[d.Service == "express"].FreightCharge, d[d.Service == "economy"].FreightCharge).pvalue, 4)}),
    Asked("freight", "Perform a one-way ANOVA of gross weight across carriers and report the F statistic and the p-value.", "",
          '@f_statistic[f] @p_value[p] where "f" and "p" are numbers rounded to four decimal places.',
          lambda d: {"f_statistic": number(stats.f_oneway(*[g.GrossWeight for _, g in d.groupby("Carrier")])[0], 4), "p_value": number(stats.f_oneway(*[g.GrossWeight for _, g in d.groupby("Carrier")])[1], 4)}),
    Asked("freight", "Train a logistic regression to predict Damaged from GrossWeight and Pallets and report the accuracy on the test data.",
          "Use a 70/30 train/test split with random_state=21.", one("accuracy", "three"),
          lambda d: {"accuracy": number(logit(d, ["GrossWeight", "Pallets"], "Damaged", "accuracy_score", 0.3, 21), 3)}),
    Asked("freight", "Train a linear regression model of FreightCharge on GrossWeight and Distance. What is the RMSE on the test set?",
          "Test size 0.25, random seed 5.", one("rmse"),
          lambda d: {"rmse": number(ols(d, ["GrossWeight", "Distance"], "FreightCharge", "mean_squared_error", 0.25, 5) ** 0.5)}),
    Asked("freight", "How many consignments were booked in 2024?", "", '@n_2024[n] where "n" is an integer.', lambda d: {"n_2024": str((d.BookedAt.dt.year == 2024).sum())}),
    Asked("freight", "In which month were the most consignments booked?", "Give the month as a number.", '@month[m] where "m" is an integer.',
          lambda d: {"month": str(d.BookedAt.dt.month.value_counts().idxmax())}),
    Asked("freight", "What is the interquartile range of the gross weight?", "", one("iqr"),
          lambda d: {"iqr": number(d.GrossWeight.quantile(0.75) - d.GrossWeight.quantile(0.25))}),
    Asked("freight", "What are the 5th and the 95th percentile of FreightCharge?", "", '@p5[a] @p95[b] where "a" and "b" are numbers rounded to two decimal places.',
          lambda d: {"p5": number(d.FreightCharge.quantile(0.05)), "p95": number(d.FreightCharge.quantile(0.95))}),
    Asked("freight", "Fill the gaps in DelayHours with the median, then compute the variance of DelayHours.", "", one("variance"),
          lambda d: {"variance": number(d.DelayHours.fillna(d.DelayHours.median()).var())}),
    Asked("freight", "Normalize GrossWeight with min-max scaling and report the mean of the scaled values.", "", one("scaled_mean", "three"),
          lambda d: {"scaled_mean": number(((d.GrossWeight - d.GrossWeight.min()) / (d.GrossWeight.max() - d.GrossWeight.min())).mean(), 3)}),
    Asked("freight", "Take the natural logarithm of GrossWeight and compute the skewness of the result.", "", one("log_skew", "three"),
          lambda d: {"log_skew": number(np.log(d.GrossWeight).skew(), 3)}),
    Asked("freight", "What is the largest freight charge among damaged consignments?", "", one("max_charge"),
          lambda d: {"max_charge": number(d[d.Damaged == 1].FreightCharge.max())}),
    Asked("freight", "Count the consignments whose pallets are between 3 and 5 inclusive.", "", '@count[n] where "n" is an integer.',
          lambda d: {"count": str(d.Pallets.between(3, 5).sum())}),
    Asked("freight", "What is the mean distance by service?", "",
          '@distance_express[a] @distance_standard[b] @distance_economy[c] where "a", "b", "c" are numbers rounded to one decimal place.',
          lambda d: {f"distance_{s}": number(d[d.Service == s].Distance.mean(), 1) for s in ("express", "standard", "economy")}),
    Asked("freight", "Does the gross weight follow a normal distribution? Use the Shapiro-Wilk test at the 1% level.", "",
          '@is_normal[a] where "a" is "normal" or "not normal".', lambda d: {"is_normal": "normal" if stats.shapiro(d.GrossWeight).pvalue >= 0.01 else "not normal"}),
    Asked("freight", "How many consignments did Tallow carry on a Monday?", "Use BookedAt.", '@n_monday[n] where "n" is an integer.',
          lambda d: {"n_monday": str(((d.Carrier == "Tallow") & (d.BookedAt.dt.dayofweek == 0)).sum())}),
]  # fmt: skip

LOANS = [
    Asked("loans", "What is the average number of pages of crime books borrowed at the Harbour branch?", "", one("mean_pages"),
          lambda d: {"mean_pages": number(d[(d.genre == "crime") & (d.branch == "Harbour")].pages.mean())}),
    Asked("loans", "How many loans were returned late?", "", '@late[n] where "n" is an integer.', lambda d: {"late": str(d["returned late"].sum())}),
    Asked("loans", "What is the sum of the fines due at Castle Street?", "", one("total_fine"),
          lambda d: {"total_fine": number(d[d.branch == "Castle Street"]["fine due"].sum())}),
    Asked("loans", "Find the standard deviation of days kept for members under 30.", "Sample standard deviation.", one("std_days"),
          lambda d: {"std_days": number(d[d["member age"] < 30]["days kept"].std())}),
    Asked("loans", "Which genre has the longest average days kept?", "", '@genre[g] where "g" is a string.',
          lambda d: {"genre": d.groupby("genre")["days kept"].mean().idxmax()}),
    Asked("loans", "Is there a significant correlation between pages and days kept? Use Pearson with alpha 0.05.", "",
          '@r[r] @significant[s] where "r" is a number rounded to two decimal places and "s" is "Yes" or "No".',
          lambda d: {"r": number(d.pages.corr(d["days kept"])), "significant": "Yes" if stats.pearsonr(d.pages, d["days kept"]).pvalue < 0.05 else "No"}),
    Asked("loans", "What proportion of loans had at least one renewal?", "", one("proportion", "three"),
          lambda d: {"proportion": number((d.renewals >= 1).mean(), 3)}),
    Asked("loans", "Impute the missing member ages with the median and report the mean member age.", "", one("mean_age"),
          lambda d: {"mean_age": number(d["member age"].fillna(d["member age"].median()).mean())}),
    Asked("loans", "Detect outliers of days kept with the IQR method (factor 1.5), remove them and calculate the mean of the remaining days kept.", "", one("mean_days"),
          lambda d: {"mean_days": number(d["days kept"][~fences(d["days kept"])].mean())}),
    Asked("loans", "What is the median number of days kept for each branch?", "",
          '@median_harbour[a] @median_castle_street[b] @median_fenwick[c] where "a", "b" and "c" are numbers rounded to two decimal places.',
          lambda d: {f"median_{b.lower().replace(' ', '_')}": number(d[d.branch == b]["days kept"].median()) for b in ("Harbour", "Castle Street", "Fenwick")}),
    Asked("loans", "Do history and science books differ in pages? Use an independent two-sample t-test and give the t statistic and p-value.", "",
          '@t_statistic[t] @p_value[p] where "t" is a number rounded to three decimal places and "p" is a number rounded to four decimal places.',
          lambda d: {"t_statistic": number(stats.ttest_ind(d[d.genre == "history"].pages, d[d.genre == "science"].pages)[0], 3), "p_value": number(stats.ttest_ind(d[d.genre == "history"].pages, d[d.genre == "science"].pages)[1], 4)}),
    Asked("loans", "Calculate the coefficient of variation of the days kept.", "Standard deviation divided by the mean.", one("cv", "three"),
          lambda d: {"cv": number(d["days kept"].std() / d["days kept"].mean(), 3)}),
    Asked("loans", "Which branch issued the most loans?", "", '@branch[b] where "b" is a string.', lambda d: {"branch": d.branch.value_counts().idxmax()}),
    Asked("loans", "What is the average fine due of late loans?", "A loan is late where returned late is true.", one("mean_fine"),
          lambda d: {"mean_fine": number(d[d["returned late"]]["fine due"].mean())}),
    Asked("loans", "Predict days kept from pages with linear regression. Report the slope and the intercept fitted on all rows.", "",
          '@slope[a] @intercept[b] where "a" and "b" are numbers rounded to four decimal places.',
          lambda d: {"slope": number(stats.linregress(d.pages, d["days kept"]).slope, 4), "intercept": number(stats.linregress(d.pages, d["days kept"]).intercept, 4)}),
    Asked("loans", "Using linear regression with pages and renewals as features and days kept as the target, what is the mean absolute error?",
          "80% training, 20% testing, random state 42.", one("mae"),
          lambda d: {"mae": number(ols(d, ["pages", "renewals"], "days kept", "mean_absolute_error", 0.2, 42))}),
    Asked("loans", "How many loans were made in December?", "", '@december[n] where "n" is an integer.', lambda d: {"december": str((d["borrowed on"].dt.month == 12).sum())}),
    Asked("loans", "What are the minimum and the maximum of pages?", "", '@min_pages[a] @max_pages[b] where "a" and "b" are integers.',
          lambda d: {"min_pages": str(d.pages.min()), "max_pages": str(d.pages.max())}),
    Asked("loans", "What is the mean of days kept for books with more pages than average?", "", one("mean_days"),
          lambda d: {"mean_days": number(d[d.pages > d.pages.mean()]["days kept"].mean())}),
    Asked("loans", "Create a feature 'pages_per_day' (pages divided by days kept). What is the Pearson correlation of pages_per_day and member age?",
          "Leave out loans without a member age.", one("correlation", "three"),
          lambda d: {"correlation": number((d.pages / d["days kept"]).corr(d["member age"]), 3)}),
    Asked("loans", "Test the variances of days kept in the three branches for equality with Levene's test.", "", one("p_value", "four"),
          lambda d: {"p_value": number(stats.levene(*[g["days kept"] for _, g in d.groupby("branch")]).pvalue, 4)}),
    Asked("loans", "What is the most frequent genre among loans that were not returned late?", "", '@genre[g] where "g" is a string.',
          lambda d: {"genre": d[~d["returned late"]].genre.mode()[0]}),
    Asked("loans", "Bin member age into 'young' (below 30), 'middle' (30 to 59) and 'old' (60 and above). How many loans fall into each group?", "",
          '@young[a] @middle[b] @old[c] where "a", "b", "c" are integers.',
          lambda d: {"young": str((d["member age"] < 30).sum()), "middle": str(d["member age"].between(30, 59).sum()), "old": str((d["member age"] >= 60).sum())}),
    Asked("loans", "What is the average number of renewals per loan of poetry?", "", one("mean_renewals"),
          lambda d: {"mean_renewals": number(d[d.genre == "poetry"].renewals.mean())}),
]  # fmt: skip

QUESTIONS = [*HIVES, *FREIGHT, *LOANS]
