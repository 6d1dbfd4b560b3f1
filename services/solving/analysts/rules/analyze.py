"""Step 5 by rules: the planned tests and the full pass in one family of tests, and what became of every hypothesis."""

from collections.abc import Iterable
from contextlib import suppress

from services.analysis.findings import Finding, Gap, Insights, MethodRequest
from services.analysis.insights import analyze as full_pass
from services.analysis.insights import run_requests
from services.analysis.methods import METHODS
from services.analysis.methods.contract import Candidate
from services.analysis.transport import UntransportableError, from_text, to_text
from services.analysis.workspace import Workspace
from services.solving.analysts.rules.wording import safe, sentence
from services.solving.evidence.ledger import Ledger
from services.solving.steps.analyze import Analysis, AnalysisResult, AnalysisStepResult, PlanOutcome, Verdict
from services.solving.steps.contract import StepContext
from services.solving.steps.plan import AnalysisPlan, DecisionRule
from shared.embeddings import embed

_NO_MESSAGE = {"data_quality", "distribution", "no_effect"}


def analyze(context: StepContext) -> AnalysisStepResult:
    """Run the tests and say what they settle. Every fact of every finding goes into the ledger."""
    assert context.frame is not None
    assert context.plans is not None
    ledger, plans = Ledger(context.known), context.plans.plans
    if context.data is None:
        return AnalysisStepResult(analysis=_without_data(plans, context.frame.goal), entries=())
    goal, done = goal_in_words(context), _run_already(context.tested.values())
    insights = full_pass(context.data, goal, plan=_requests(plans), done=done, on_progress=context.report, embed=embed)
    statements, facts, exhibits = {}, {}, {}
    for finding in insights.findings:
        datasets = rested_on(context.data, finding)
        facts[finding.id] = ledger.finding(finding, datasets)
        statements[finding.id] = ledger.statement(finding, datasets)
        if finding.exhibit is not None and finding.exhibit.rows:
            exhibits[finding.id] = ledger.table(finding.exhibit, datasets)
    analysis = Analysis(
        results=[_result(plan, insights, statements, facts) for plan in plans],
        findings=insights.findings,
        statements=statements,
        facts=facts,
        exhibits=exhibits,
        not_enough_data=insights.not_enough_data,
        tests_run=insights.tests_run,
        one_day_answer=_one_day_answer(insights.findings, statements),
    )
    return AnalysisStepResult(analysis=analysis, entries=ledger.entries)


def test_plan(context: StepContext, plan: AnalysisPlan) -> PlanOutcome:
    """Run the tests of one plan, for the pass to take as they are. A test whose result does not travel is left to the pass."""
    if context.data is None:
        return PlanOutcome(question_id=plan.question_id)
    tests: dict[str, str | None] = {}
    for key, candidate in run_requests(context.data, goal_in_words(context), _requests([plan])).items():
        with suppress(UntransportableError):
            tests[key] = None if candidate is None else to_text(candidate)
    return PlanOutcome(question_id=plan.question_id, tests=tests)


def _run_already(outcomes: Iterable[PlanOutcome]) -> dict[str, Candidate | None]:
    found: dict[str, Candidate | None] = {}
    for outcome in outcomes:
        for key, text in outcome.tests.items():
            with suppress(UntransportableError):  # written by another version of the engine: the pass runs it again
                found[key] = None if text is None else from_text(text)
    return found


def goal_in_words(context: StepContext) -> str:
    """Return what the engine ranks findings by: the problem as it was written, and the names of its KPIs."""
    kpis = ". ".join(kpi.name for kpi in context.frame.kpis) if context.frame else ""
    return f"{context.problem.raw_text}\n{kpis}".strip()


def rested_on(data: Workspace, finding: Finding) -> dict[str, str]:
    """Return the tables a finding's queries read, with their hashes: its own, and those its queries join."""
    queries = " ".join(filter(None, (finding.query, finding.exhibit.query if finding.exhibit else "", *(f.query for f in finding.facts))))
    joined = {held.name: held.sha256 for held in data.datasets if f'"{held.name}"' in queries}
    return {finding.dataset: finding.dataset_sha256} | joined


def _requests(plans: Iterable[AnalysisPlan]) -> list[MethodRequest]:
    known = {method.name for method in METHODS}
    return [
        MethodRequest(method=test.method, params=dict(test.params), hypothesis_id=plan.question_id)
        for plan in plans
        for test in plan.tests
        if test.method in known
    ]


def _result(plan: AnalysisPlan, insights: Insights, statements: dict[str, str], facts: dict[str, dict[str, str]]) -> AnalysisResult:
    found = [finding for finding in insights.findings if finding.hypothesis_id == plan.question_id]
    verdict = verdict_on(found, plan.decision_rule)
    telling = [finding for finding in found if judged(finding, plan.decision_rule) == verdict] or found
    return AnalysisResult(
        question_id=plan.question_id,
        verdict=verdict,
        summary=" ".join(statements[finding.id] for finding in telling[:2]) or _why_undecided(plan),
        key_findings=[finding.id for finding in telling],
        metrics=dict(facts[telling[0].id]) if telling else {},
        confidence_score=max((confidence(finding, plan.decision_rule) for finding in telling), default=0.2),
    )


def _why_undecided(plan: AnalysisPlan) -> str:
    return f"Not decided: these rows hold too few values or groups to compare. {sentence(plan.data_check)}"


def judged(finding: Finding, rule: DecisionRule) -> Verdict:
    """Return what one finding says of a hypothesis, by the rule written before the test ran."""
    effect = abs(finding.effect_size) if finding.effect_size is not None else 0.0
    if finding.verdict == "undecided":
        return "undecided"
    if finding.kind == "no_effect":
        return "undecided" if _one_sided(finding) else "refuted"
    if finding.q_value is None:
        if finding.effect_size is None:
            return "undecided"
        return "supported" if effect >= rule.minimum_effect else "refuted"
    if finding.q_value > rule.alpha:
        return "undecided"
    return "supported" if effect >= rule.minimum_effect else "refuted"


def _one_sided(finding: Finding) -> bool:
    """Whether the interval of the effect leaves zero out although the adjusted p does not: not seen surely, and not ruled out.

    A difference that turns once like is compared with like is ruled out all the same.
    """
    if finding.strength == "adjusted" or finding.ci_low is None or finding.ci_high is None or finding.q_value is None:
        return False
    return finding.ci_low * finding.ci_high > 0


def verdict_on(findings: list[Finding], rule: DecisionRule) -> Verdict:
    """Return the verdict of several tests: one that supports is enough; refuted only where none is left undecided."""
    verdicts = {judged(finding, rule) for finding in findings}
    if "supported" in verdicts:
        return "supported"
    return "refuted" if verdicts == {"refuted"} else "undecided"


def confidence(finding: Finding, rule: DecisionRule) -> float:
    """Return how sure a verdict is, 0..1, by stated rules: adjusted p, number of records, a second test that agrees, design."""
    if judged(finding, rule) == "undecided":
        return 0.3
    if finding.q_value is None:
        return 0.5
    score = 0.5
    score += 0.2 if finding.q_value < 0.01 or finding.kind == "no_effect" else 0.1
    score += 0.1 if finding.n >= 200 else 0.0
    score += 0.1 if finding.robustness and "does not agree" not in finding.robustness else 0.0
    score += 0.1 if finding.strength in {"adjusted", "quasi_experiment"} else 0.0
    return round(min(score, 0.95), 2)


def _one_day_answer(findings: list[Finding], statements: dict[str, str]) -> str:
    for finding in findings:
        if finding.kind not in _NO_MESSAGE and (finding.q_value is None or finding.q_value < 0.05):
            return statements[finding.id]
    return "Nothing in the data stands out from chance yet."


def _without_data(plans: list[AnalysisPlan], goal: str) -> Analysis:
    results = [
        AnalysisResult(
            question_id=plan.question_id,
            verdict="undecided",
            summary="Not decided: no data were attached.",
            key_findings=[],
            metrics={},
            confidence_score=0.2,
        )
        for plan in plans
    ]
    gap = Gap(question=safe(goal), missing=["data"], why="No data were attached to the problem.")
    return Analysis(
        results=results,
        findings=[],
        statements={},
        facts={},
        exhibits={},
        not_enough_data=[gap],
        tests_run=0,
        one_day_answer="Without data nothing can be tested; the plan says what to ask for.",
    )
