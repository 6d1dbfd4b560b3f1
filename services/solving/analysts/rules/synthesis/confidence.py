"""How sure a conclusion is, by stated rules; the rules are the explanation.

0.35 to start; +0.15 where the rule written before the test is met; +0.15 for an adjusted p below 0.01 (+0.05 below 0.05);
+0.10 for 200 records and more, -0.10 below 50; +0.05 where a second test agrees, -0.10 where it does not;
+0.10 for an adjusted comparison, +0.20 for a quasi-experiment. At most 0.80 for what was observed and not tried, 0.90 else.
"""

from services.analysis.findings import Finding
from services.solving.analysts.rules.synthesis.case import Case
from services.solving.steps.synthesize import Level
from shared.kit.cited import cite
from shared.kit.numbers import Style

_BY_DESIGN = {"descriptive": 0.0, "association": 0.0, "adjusted": 0.1, "quasi_experiment": 0.2}
_MOST_OBSERVED, _MOST, _SURE = 0.8, 0.9, 0.7
THIN = 0.25  # what is recommended although nothing in the data speaks for it


def confidence_in(finding: Finding, case: Case) -> float:
    """Return how sure a finding's conclusion is, 0..1, two decimals."""
    score = 0.35 + _BY_DESIGN[finding.strength]
    score += 0.15 if case.verdict_of(finding) == "supported" else 0.0
    if finding.q_value is not None:
        score += 0.15 if finding.q_value < 0.01 else 0.05 if finding.q_value < 0.05 else -0.1
    score += 0.1 if finding.n >= 200 else -0.1 if finding.n < 50 else 0.0
    if finding.robustness:
        score += -0.1 if "does not agree" in finding.robustness else 0.05
    most = _MOST if finding.strength == "quasi_experiment" else _MOST_OBSERVED
    return round(max(0.1, min(most, score)), 2)


def reason_for(finding: Finding, case: Case) -> str:
    """Return the reason in a few words: adjusted p, records, design."""
    parts = []
    if q := case.fact(finding.id, "q"):
        below = case.ledger.entry(q).display.startswith("<")
        parts.append(f"q {'' if below else '= '}{cite(q)}")
    if n := case.fact(finding.id, "n"):
        parts.append(f"n = {cite(n)}")
    if finding.robustness and "does not agree" in finding.robustness:
        parts.append("a second test does not agree")
    design = "compared like with like" if finding.strength == "adjusted" else "observed, not tried"
    return f"{', '.join(parts)}; {design}" if parts else f"{design[:1].upper()}{design[1:]}"


def confidence_key(value: float, case: Case, why: str) -> str:
    """Write a confidence into the ledger, so that it can be counted with."""
    return case.ledger.assumption(value, why, label="confidence in the cause", style=Style.PERCENT)


def overall(case: Case, supported: list[Finding], *, sized: int) -> tuple[Level, str]:
    """Return the confidence in the answer and its reason."""
    if not supported:
        return "low", "No hypothesis was supported by the rule written before its test."
    count = case.count(list(dict.fromkeys(case.leaf_of[f.id].id for f in supported)), "hypotheses that hold")
    holds = "hypothesis holds" if count_of(case, supported) == 1 else "hypotheses hold"
    start = f"{count} {holds} by the rules written beforehand"
    if case.kpi is None or case.kpi.baseline_source != "data":
        return "low", f"{start}, but the data do not give {case.kpi_said} itself."
    if any(f.robustness and "does not agree" in f.robustness for f in supported):
        return "medium", f"{start}, but a second test does not agree with one of them."
    if sized and supported[0].strength in ("adjusted", "quasi_experiment") and confidence_in(supported[0], case) >= _SURE:
        return "high", f"{start}, the first of them comparing like with like."
    return "medium", f"{start}; the data were observed and not made by a trial, so the causes are not proven."


def count_of(case: Case, supported: list[Finding]) -> int:
    """Return how many leaves findings belong to."""
    return len({case.leaf_of[f.id].id for f in supported})
