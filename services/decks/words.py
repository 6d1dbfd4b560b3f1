"""The few words the engine itself writes on slides, in the languages a deck can have."""

import datetime as dt
from typing import Literal

from services.decks.elements import Level, Verdict

Language = Literal["en", "de", "zh"]

_EN = {
    "hypothesis": "Hypothesis", "effect": "Effect", "verdict": "Verdict", "supported": "Supported", "refuted": "Refuted",
    "undecided": "Undecided", "untested": "Not tested", "baseline": "Baseline", "target": "Target", "today": "Today",
    "gap": "Gap to target", "rise": "Change since baseline", "decision": "Decision asked", "so_what": "So what",
    "action": "Action", "owner": "Owner", "due": "Live by", "range": "95% range", "confidence": "Confidence",
    "rejected": "Not recommended now", "risk": "Risk", "likelihood": "Likelihood", "cover": "Cover",
    "risks": "Risks and how we cover them", "change_mind": "What would change our mind", "low": "Low", "medium": "Medium",
    "high": "High", "week": "Week", "gates": "Gates", "prepare": "Prepare", "go_live": "Go live", "measure": "Measure",
    "background": "Ongoing", "alternatives": "Considered and not chosen", "open": "Still open", "score": "Score",
    "none_supported": "none supported", "all_supported": "all supported", "some_supported": "some supported",
    "all_open": "none decided", "other": "Other {n} ({how})", "mean": "mean", "sum": "sum", "page": "{i} of {n}",
    "do_first": "Do first", "big_bets": "Big bets", "quick_wins": "Quick wins", "leave": "Leave", "evidence": "Open the evidence",
    "appendix": "Appendix", "numbers": "The numbers", "recommendations": "What we recommend", "source": "Source", "what": "Decision",
    "ask_effect": "What it brings", "long_form": "The long form of this summary says more.",
    "dates": "From and to", "span": "{first} to {last}",
    "no_value": "no value",
}  # fmt: skip

_DE = {
    "hypothesis": "Hypothese", "effect": "Effekt", "verdict": "Urteil", "supported": "Bestätigt", "refuted": "Widerlegt",
    "undecided": "Offen", "untested": "Ungeprüft", "baseline": "Ausgangswert", "target": "Ziel", "today": "Heute",
    "gap": "Abstand zum Ziel", "rise": "Änderung seit Ausgangswert", "decision": "Erbetene Entscheidung", "so_what": "Folgerung",
    "action": "Maßnahme", "owner": "Verantwortlich", "due": "Live bis", "range": "95-%-Bereich", "confidence": "Sicherheit",
    "rejected": "Derzeit nicht empfohlen", "risk": "Risiko", "likelihood": "Eintritt", "cover": "Absicherung",
    "risks": "Risiken und ihre Absicherung", "change_mind": "Was unsere Meinung ändern würde", "low": "Gering",
    "medium": "Mittel", "high": "Hoch", "week": "Woche", "gates": "Meilensteine", "prepare": "Vorbereiten",
    "go_live": "Live gehen", "measure": "Messen", "background": "Laufend", "alternatives": "Geprüft und verworfen",
    "open": "Noch offen", "score": "Wert", "none_supported": "keine bestätigt", "all_supported": "alle bestätigt",
    "some_supported": "teils bestätigt", "all_open": "nichts entschieden", "other": "Übrige {n} ({how})", "mean": "Mittel",
    "sum": "Summe", "page": "{i} von {n}", "do_first": "Zuerst tun", "big_bets": "Große Wetten", "quick_wins": "Schnelle Erfolge",
    "leave": "Lassen", "evidence": "Beleg öffnen", "appendix": "Anhang", "numbers": "Die Zahlen",
    "recommendations": "Was wir empfehlen", "source": "Quelle", "what": "Entscheidung", "ask_effect": "Was es bringt",
    "long_form": "Mehr steht in der langen Fassung dieser Zusammenfassung.", "dates": "Von und bis",
    "span": "{first} bis {last}",
    "no_value": "kein Wert",
}  # fmt: skip

_ZH = {
    "hypothesis": "假设", "effect": "影响", "verdict": "结论", "supported": "成立", "refuted": "不成立", "undecided": "未定",
    "untested": "未检验", "baseline": "基线", "target": "目标", "today": "当前", "gap": "与目标的差距", "rise": "相对基线的变化",
    "decision": "请求决策", "so_what": "意味着什么", "action": "行动", "owner": "负责人", "due": "上线时间", "range": "95% 区间",
    "confidence": "把握", "rejected": "暂不建议", "risk": "风险", "likelihood": "可能性", "cover": "应对", "risks": "风险与应对",
    "change_mind": "什么会改变我们的判断", "low": "低", "medium": "中", "high": "高", "week": "周", "gates": "节点",
    "prepare": "准备", "go_live": "上线", "measure": "衡量", "background": "持续", "alternatives": "考虑过但未选择",
    "open": "仍未解决", "score": "得分", "none_supported": "均不成立", "all_supported": "全部成立", "some_supported": "部分成立",
    "all_open": "均未定论", "other": "其他 {n} 项({how})", "mean": "均值", "sum": "合计", "page": "{i}/{n}", "do_first": "优先",
    "big_bets": "大胆投入", "quick_wins": "速赢", "leave": "搁置", "evidence": "打开证据", "appendix": "附录", "numbers": "数字",
    "recommendations": "我们的建议", "source": "来源", "what": "决策", "ask_effect": "带来什么", "long_form": "更多内容见本摘要的详细版。",
    "dates": "起止", "span": "{first}至{last}",
    "no_value": "无数值",
}  # fmt: skip

WORDS: dict[str, dict[str, str]] = {"en": _EN, "de": _DE, "zh": _ZH}
LANG_TAG = {"en": "en-US", "de": "de-DE", "zh": "zh-CN"}
_MONTHS = {
    "en": ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
    "de": ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"],
    "zh": [f"{month}月" for month in range(1, 13)],
}


def verdict_word(language: str, verdict: Verdict) -> str:
    """Return the word on a verdict's pill."""
    return WORDS[language][verdict.value]


def level_word(language: str, level: Level) -> str:
    """Return the word under a level's dots."""
    return WORDS[language][level.value]


def month_name(language: str, month: int) -> str:
    """Return a month's name."""
    return _MONTHS[language][month - 1]


def day(language: str, date: dt.date) -> str:
    """Return a short date without its year: 27 Feb, 27. Feb., 2月27日."""
    if language == "zh":
        return f"{date.month}月{date.day}日"
    name = month_name(language, date.month)
    short = name if len(name) <= 4 else name[:3] + ("." if language == "de" else "")
    return f"{date.day}{'.' if language == 'de' else ''}\u00a0{short}"


def month_and_year(language: str, date: dt.date) -> str:
    """Return the month a deck was written in: January 2026, Januar 2026, 2026年1月."""
    if language == "zh":
        return f"{date.year}年{date.month}月"
    return f"{month_name(language, date.month)} {date.year}"
