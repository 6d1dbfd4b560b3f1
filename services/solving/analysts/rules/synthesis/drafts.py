"""Which three things to recommend: what the data can size first, then what they only point to, then tests and data to collect."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from services.analysis.findings import Finding
from services.solving.analysts.rules.synthesis.case import NO_MESSAGE, Case
from services.solving.analysts.rules.synthesis.confidence import THIN, confidence_in, confidence_key, reason_for
from services.solving.analysts.rules.synthesis.plays import Kind
from services.solving.analysts.rules.synthesis.sizing import Counted, Effect, counted, effect_of
from services.solving.analysts.rules.synthesis.subject import Subject, segment_said, subject_of
from services.solving.analysts.rules.synthesis.verdicts import is_reversal
from services.solving.analysts.rules.synthesis.words import measure_said, segment_of
from services.solving.analysts.rules.wording import said
from services.solving.steps.tree import TreeNode
from shared.kit.cited import cite

COUNT = 3
_ALPHA = 0.01
NOT_REPEATED = frozenset({"ratio_mix", "ratio_concentration", "ratio_ranking"})  # descriptions: more cases do not decide them
_ONCE = ("few", "target", "best", "watch", "talks", "agree")
_PLAIN = frozenset(
    {"what", "does", "there", "many", "would", "with", "from", "have", "than", "this", "that", "which", "when", "where", "long"}
)
_WIDE = ("a list of", "the history of", "who worked")
_NARROW = 0.85  # share of the widest effect that a narrower group must keep to be preferred


@dataclass(frozen=True)
class Draft:
    """A recommendation before it has texts and dates."""

    kind: Kind
    findings: list[str]
    confidence: float
    reason: str
    words: dict[str, str] = field(default_factory=dict)
    measure: str = ""
    cut: str | None = None
    counted: Counted | None = None

    @property
    def subject(self) -> Subject | None:
        """What a sized draft acts on."""
        return self.counted.effect.subject if self.counted else None


def drafts(case: Case) -> list[Draft]:
    """Return the three drafts, best first."""
    chosen = sized(case)
    chosen = chosen[:COUNT]
    for draft in _unsized(case, chosen):
        if len(chosen) >= COUNT:
            break
        if not any(_same(draft, other) for other in chosen):
            chosen.append(draft)
    return chosen


def _same(a: Draft, b: Draft) -> bool:
    if a.kind in ("test", "collect") and a.kind == b.kind:
        return a.words.get("hypothesis") == b.words.get("hypothesis") and a.words.get("ask") == b.words.get("ask")
    if a.kind == b.kind and (a.kind in _ONCE or a.words == b.words):
        return True
    return bool(set(a.findings) & set(b.findings)) and a.kind not in _ONCE


def sized(case: Case) -> list[Draft]:
    """Return the drafts whose effect on the KPI can be computed, largest first, what overlaps counted once."""
    effects = [e for f in case.analysis.findings if _sound(f, case) and (s := subject_of(f, case)) and (e := effect_of(s, case))]
    effects.sort(key=lambda e: (-round(_rank(e, case), 9), e.subject.finding.id))
    taken: list[Counted] = []
    found: list[Draft] = []
    for effect in effects:
        sure = confidence_in(effect.subject.finding, case)
        why = "stated rules: verdict, adjusted p, records, second test, design"
        one = counted(effect, taken, confidence_key(sure, case, why), case)
        if one is None:
            continue
        taken.append(one)
        found.append(_sized_draft(one, sure, effects, case))
        if len(found) == COUNT:
            break
    return found


def _sound(finding: Finding, case: Case) -> bool:
    """A finding to act on: its leaf's hypothesis holds, or no leaf asked and chance is excluded."""
    if finding.kind in NO_MESSAGE or is_reversal(finding, case):
        return False
    verdict = case.verdict_of(finding)
    if verdict is not None:
        return verdict == "supported"
    whole = not finding.params.get("where") and not finding.params.get("parts")
    return whole and finding.hypothesis_id is None and finding.q_value is not None and finding.q_value <= _ALPHA


def _rank(effect: Effect, case: Case) -> float:
    """The expected effect; of groups that hurt alike, the narrower is preferred, for it is easier to act on."""
    narrow = 1 / _NARROW if effect.subject.parts else 1.0
    return abs(effect.value) * confidence_in(effect.subject.finding, case) * narrow


def _sized_draft(one: Counted, sure: float, effects: list[Effect], case: Case) -> Draft:
    subject = one.effect.subject
    leaf = case.leaf_of.get(subject.finding.id)
    siblings = case.results[leaf.id].key_findings if leaf else []
    seen_elsewhere = [e.subject.finding.id for e in effects if e.subject.family == subject.family and e.subject.measure != subject.measure]
    evidence = list(dict.fromkeys([subject.finding.id, *siblings, *seen_elsewhere]))[:3]
    words = {
        "segment": _segment(subject),
        "measure": subject.ratio.label,
        "here": cite(one.effect.here) if one.effect.here else "",
        "there": cite(one.effect.there) if one.effect.there else "",
        "then": "before" if subject.mode == "change" else "elsewhere",
        "level_of": "of before" if subject.mode == "change" else "of the others",
        "by": said(subject.cut.column) if subject.cut else "group",
    }
    if subject.mode == "mix":
        words |= _mix_words(subject, case)
    cut = subject.cut.column if subject.cut else None
    return Draft(subject.mode, evidence, sure, reason_for(subject.finding, case), words, subject.measure, cut, one)


def _segment(subject: Subject) -> str:
    return segment_said(subject) or "the whole"


def _mix_words(subject: Subject, case: Case) -> dict[str, str]:
    facts = case.analysis.facts.get(subject.finding.id, {})
    return {
        "segment": segment_of(subject.finding),
        "here": cite(facts["share_now"]) if "share_now" in facts else "its share today",
        "there": cite(facts["share_before"]) if "share_before" in facts else "its earlier share",
    }


def _unsized(case: Case, chosen: list[Draft]) -> Iterator[Draft]:
    if case.kpi is None or (case.kpi.baseline_key is None and case.kpi.target_key is None):
        yield Draft("agree", [], THIN, "No number in the text or the data says what success is")
    yield from _turned(case)
    yield from _supported(case)
    yield from _best(case)
    yield from _tests(case)
    missing = list(collections(case))
    yield from missing[:1]
    if case.kpi is not None and case.kpi.baseline_key and not case.kpi.target_key:
        yield Draft("target", [], 0.5, "A matter of decision, not of data", {"here": cite(case.kpi.baseline_key)})
    if case.now.data is None:
        yield Draft("talks", [], THIN, "Experience of those close to it; nothing is measured yet")
    elif chosen:
        yield Draft("watch", chosen[0].findings[:1], 0.5, "Good practice; no test speaks for or against it")
    yield from missing[1:]
    yield Draft(
        "watch", [i for r in case.analysis.results for i in r.key_findings][:1], 0.5, "Good practice; no test speaks for or against it"
    )
    yield Draft("talks", [], THIN, "Experience of those close to it, not measured")
    yield Draft("agree", [], THIN, "A sharper question is cheaper than another test")


def _turned(case: Case) -> Iterator[Draft]:
    for finding in case.analysis.findings:
        if is_reversal(finding, case):
            words = {"segment": segment_of(finding), "by": said(finding.by[0]) if finding.by else "group", "measure": measure_said(finding)}
            yield Draft("reversal", [finding.id], confidence_in(finding, case), reason_for(finding, case), words)


def _supported(case: Case) -> Iterator[Draft]:
    """Supported hypotheses whose effect on the KPI cannot be computed."""
    for finding in case.analysis.findings:
        if case.verdict_of(finding) != "supported" or is_reversal(finding, case) or finding.kind in NO_MESSAGE:
            continue
        if subject_of(finding, case) is not None:
            continue  # it could be sized, and something larger on the same part was
        against = finding.params.get("against")
        other = (
            said(str(against["column"]))
            if isinstance(against, dict)
            else (said(str(finding.params["other"])) if "other" in finding.params else "")
        )
        words = {"segment": segment_of(finding), "measure": measure_said(finding), "other": other}
        if finding.method == "ratio_concentration":
            words |= {"here": cite(key) if (key := case.fact(finding.id, "value")) else "much"}
            yield Draft("few", [finding.id], confidence_in(finding, case) - 0.1, reason_for(finding, case), words)
        elif finding.kind == "association" and other:
            yield Draft("together", [finding.id], confidence_in(finding, case) - 0.1, reason_for(finding, case), words)
        elif words["segment"]:
            cut = finding.by[0] if finding.by else None
            yield Draft("supported", [finding.id], confidence_in(finding, case) - 0.1, reason_for(finding, case), words, cut=cut)


def _best(case: Case) -> Iterator[Draft]:
    """The group that is clearly ahead of the others in the KPI itself."""
    from services.solving.analysts.rules.synthesis.ahead import best_group

    found = best_group(case)
    if found is None:
        return
    segment, column, here, there = found
    evidence = [f.id for f in case.analysis.findings if column in f.by and f.kind != "distribution"][:2]
    if not evidence:
        return
    words = {"segment": segment, "here": cite(here), "there": cite(there), "by": said(column)}
    yield Draft("best", evidence, 0.4, "Observed, not tried; what grows may not stay as good", words)


def _tests(case: Case) -> Iterator[Draft]:
    for leaf in case.tree.leaves():
        result = case.results.get(leaf.id)
        if result is None or result.verdict != "undecided" or not leaf.hypotheses:
            continue
        tested = [case.findings[i] for i in result.key_findings if i in case.findings]
        if not any(f.q_value is not None and f.method not in NOT_REPEATED for f in tested):
            continue
        words = {"hypothesis": _hypothesis(leaf)}
        yield Draft("test", result.key_findings[:2], THIN, "The test could not decide; nothing speaks for it yet", words)


def collections(case: Case) -> Iterator[Draft]:
    """Data that nobody has attached, the most telling first."""
    asked: set[str] = set()
    for leaf in sorted(case.tree.leaves(), key=lambda leaf: (_is_wide(leaf), -_asked_about(leaf, case))):
        if leaf.data_available and leaf.test is not None and case.now.data is not None:
            continue
        ask = leaf.required_data[0] if leaf.required_data else "data on it"
        if ask in asked:
            continue
        asked.add(ask)
        words = {"hypothesis": f"whether {_hypothesis(leaf)}", "ask": ask[:1].lower() + ask[1:] if not ask.startswith("[[") else ask}
        yield Draft("collect", [], THIN, "Nothing is known of it yet", words)


def _is_wide(leaf: TreeNode) -> bool:
    """Whether a leaf asks for a list of everything that happened: it comes after what can be measured."""
    return bool(leaf.required_data) and leaf.required_data[0].lower().startswith(_WIDE)


def _asked_about(leaf: TreeNode, case: Case) -> int:
    """How many words of a leaf the problem's text uses: what people asked comes first."""
    text = case.now.reading.text.lower()
    words = set(re.findall(r"[a-z]+", leaf.title.lower())) - _PLAIN
    return sum(len(word) > 3 and word.rstrip("s") in text for word in words)


def _hypothesis(leaf: TreeNode) -> str:
    text = (leaf.hypotheses[0] if leaf.hypotheses else leaf.title).rstrip(".?")
    return text if text.startswith("[[") else text[:1].lower() + text[1:]
