"""How sure a conclusion is, by stated rules; the rules are the explanation.

0.35 to start; +0.15 where the rule written before the test is met; +0.15 for an adjusted p below 0.01 (+0.05 below 0.05);
+0.10 for 200 records and more, -0.10 below 50; +0.05 where a second test agrees, -0.10 where it does not;
+0.10 for an adjusted comparison, +0.20 for a quasi-experiment. At most 0.80 for what was observed and not tried, 0.90 else.
"""

from services.analysis.findings import Finding
from services.solving.analysts.rules.synthesis.case import Case
from services.solving.analysts.rules.wording import listed
from services.solving.steps.synthesize import Level
from shared.kit.cited import cite
from shared.kit.numbers import Style

_BY_DESIGN = {"descriptive": 0.0, "association": 0.0, "adjusted": 0.1, "quasi_experiment": 0.2}
_MOST_OBSERVED, _MOST = 0.8, 0.9
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
    sure = [f for f in supported if confidence_in(f, case) >= 0.7]
    reasons = []
    if not supported:
        return "low", "No hypothesis was supported by the rule written before its test."
    count = case.count([f.id for f in supported], "findings that support the answer")
    reasons.append(f"{count} {'finding supports' if len(supported) == 1 else 'findings support'} it by the rules written beforehand")
    if case.kpi is None or case.kpi.baseline_source != "data":
        reasons.append("the data do not give the KPI itself")
        return "low", _said(reasons)
    if any(f.robustness and "does not agree" in f.robustness for f in supported):
        reasons.append("a second test does not agree with one of them")
    reasons.append("the data were observed and not made by a trial, so the causes are not proven")
    level: Level = "high" if len(sure) >= 2 and sized >= 2 and case.frame.confidence != "low" else "medium"
    return level, _said(reasons)


def _said(reasons: list[str]) -> str:
    text = listed(reasons)
    return f"{text[:1].upper()}{text[1:]}." if not text.startswith("[[") else f"{text}."
