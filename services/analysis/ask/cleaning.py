"""What is done to rows before they are counted: missing values, outliers, scaling, repeated rows."""

import re

from services.analysis.ask.lexicon import NUMBER
from services.analysis.ask.plan import Distinct, DropMissing, Fill, Outliers, Scale, Spread
from services.analysis.ask.reading import Reading
from services.analysis.ask.wording import Sentence

_MISSING = r"(?:missing|gaps?|null|nan|non-null|empty|blank|not available|n/a|without)"
_DROP = (
    r"(?:ignor\w*|exclud\w*|remov\w*|drop\w*|delet\w*|disregard\w*|omit\w*|discard\w*|eliminat\w*"
    r"|do not (?:include|consider)|not (?:included|considered|taken)|consider\w* only|only consider\w*"
    r"|consider only)"
)
_FILL = r"(?:fill\w*|imput\w*|replac\w*)"


def missing_in(reading: Reading) -> list[DropMissing | Fill]:
    """Return what the sentences say is done about missing values, and cross those clauses off."""
    steps: list[DropMissing | Fill] = []
    about: list[str] = []
    for sentence in reading.sentences:
        for start, end in clauses(sentence):
            clause = sentence.text[start:end]
            columns = reading.columns_in(clause)
            about = columns if columns and re.search(_MISSING, clause) else about
            if re.search(rf"{_FILL}[^.]*", clause) and (re.search(_MISSING, clause) or "imput" in clause):
                step = _fills(clause, columns or about)
                if step:
                    steps += step
                    sentence.cross(start, end)
            elif (
                re.search(_DROP, clause)
                and re.search(_MISSING, clause)
                and not re.search(rf"{_DROP}\s+(?:the\s+)?<c\d+>\s+(?:column|feature|variable)\b(?! (?:that|with|where))", clause)
            ):
                steps.append(DropMissing(columns=tuple(columns)))
                _cross_words(sentence, start, end)
            elif re.search(r"non-?\s?(?:null|missing)|not (?:null|missing)|(?:with|have|has) an? (?:recorded|known|available)", clause):
                steps.append(DropMissing(columns=tuple(columns)))
                sentence.took(
                    r"(?:consider\w*|us\w+|only|all|the)?\s*(?:only\s+)?(?:the\s+)?(?:all\s+)?(?:the\s+"
                    r")?(?:non-?\s?(?:null|missing)|not (?:null|missing))(?: values| data)?|(?:with|who have|have"
                    r"|has) an? (?:recorded|known|available)|(?:consider )?only(?: the)?(?= )"
                )
            elif re.search(rf"handl\w*[^.]*{_MISSING}|{_MISSING} values? handling", clause):
                _cross_words(sentence, start, end)
    return list(dict.fromkeys(steps))


def clauses(sentence: Sentence) -> list[tuple[int, int]]:
    """Return the stretches of a sentence between commas that begin a new verb."""
    cuts = [0]
    verbs = (
        r"(?:and\s+)?(?:then\s+)?(?:calculat|comput|find|determin|report|remov|drop|replac|imput|fill|use"
        r"|normaliz|count|ignor|exclud|with |finally|creat|identif|perform|transform|scal)"
    )
    cuts += [
        m.start()
        for m in re.finditer(
            rf"[,;]\s*(?={verbs})|\s(?=and\s+(?:then\s+)?(?:calculat|comput|find|determin|report|count|use\b|creat))", sentence.text
        )
    ]
    ends = [*cuts[1:], len(sentence.text)]
    return list(zip(cuts, ends, strict=True))


def _cross_words(sentence: Sentence, start: int, end: int) -> None:
    """Cross a clause off but for the numbers and the names of values in it, which say something of their own."""
    for match in re.finditer(r"[^<>\d]+|<c\d+>|(?<=[a-z])\d+", sentence.text[start:end]):
        sentence.cross(start + match.start(), start + match.end())


def _fills(clause: str, columns: list[str]) -> list[Fill]:
    if not columns:
        return []
    if how := re.search(r"\b(mean|average|median|mode|most (?:common|frequent) value)\b", clause):
        if len(re.findall(r"\b(?:mean|median|mode)\b", clause)) > 1 or re.search(r"\b(?:each|per|group|by)\s+<c", clause):
            return []
        name = {"average": "mean", "mean": "mean", "median": "median"}.get(how[1], "mode")
        return [Fill.model_validate({"column": c, "how": name}) for c in columns]
    if value := re.search(rf"(?:with|by|as)\s+(?:the\s+)?(?:value\s+)?(?:of\s+)?({NUMBER}|zeros?)\b", clause):
        number = 0.0 if value[1].startswith("zero") else float(value[1])
        return [Fill(column=c, how="value", value=number) for c in columns]
    return []


def spread_of(reading: Reading, default: Spread = "sample") -> Spread:
    """Return which standard deviation the text asks for; NumPy's own is of the population."""
    if reading.mentions(r"population (?:standard|std|variance)|\bddof ?= ?0|divid\w* by n\b(?! ?- ?1)|/n\b(?!-)|\bnp\.std"):
        return "sample" if reading.mentions(r"ddof ?= ?1") else "population"
    if reading.mentions(r"sample (?:standard|std|variance)|ddof ?= ?1|n ?- ?1"):
        return "sample"
    return default


def outliers_in(reading: Reading) -> Outliers | None:
    """Return the rule by which outliers are told, `keep` as "outliers"; None where the text names no rule. Crosses its clauses off."""
    about = [s for s in reading.sentences if re.search(r"outlier|z-?\s?scores?|\biqr\b|interquartile|whisker", s.text)]
    if not any("outlier" in s.text for s in about):
        return None
    text = "\n".join(s.text for s in about)
    rule = _rule(text)
    if rule is None:
        return None
    kind, k, side = rule
    columns = [c for s in about for c in _outlier_columns(reading, s)]
    for sentence in about:
        _cross_rule(sentence)
    column = max(dict.fromkeys(columns), key=columns.count) if columns else ""
    if len(set(columns)) > 1:
        column = ""  # several columns are spoken of: the answers' names must say which
    spread: Spread = "sample" if re.search(r"sample standard|ddof ?= ?1", text) else "population"
    return Outliers.model_validate({"column": column, "rule": kind, "k": k, "side": side, "spread": spread, "keep": "outliers"})


def _outlier_columns(reading: Reading, sentence: Sentence) -> list[str]:
    near = re.findall(
        (
            r"(?:outliers?|z-?\s?scores?|outlier (?:detection|analysis))\s+(?:in|for|of|on|from|within"
            r"|calculation)\s+(?:each\s+|the\s+|any\s+|all\s+)*(?:\w+\s+){0,2}(<c\d+>)"
        ),
        sentence.text,
    )
    near += re.findall(r"(<c\d+>)(?:\s+\w+){0,3}\s+outliers?", sentence.text)
    if not near and re.search(r"outlier|z-?\s?score", sentence.text) and len(reading.columns_in(sentence.text)) == 1:
        return reading.columns_in(sentence.text)
    return [reading.column(mark) for mark in near]


def _rule(text: str) -> tuple[str, float, str] | None:
    """Return (rule, k, side): the one rule the text states with its number."""
    fences = [float(n) for n in re.findall(rf"q1\s*-\s*\(?({NUMBER})\s*\*?\s*\(?\s*iqr", text)]
    fences += [float(n) for n in re.findall(rf"({NUMBER})\s*(?:\*|x|times)?\s*(?:the\s+)?\(?(?:iqr|interquartile)", text)]
    if fences or re.search(r"\biqr\b|interquartile|quartile range", text):
        fences += [float(n) for n in re.findall(rf"(?:threshold|multiplier|factor)\s+(?:of|value of|=|is)?\s*({NUMBER})", text)]
        if len(set(fences)) != 1 or (re.search(r"z-?\s?score", text) and not re.search(r"q1\s*-", text)):
            return None
        return "iqr", fences[0], "both"
    if not re.search(r"z-?\s?scores?|standard deviations?", text):
        return None
    bounds = {abs(float(m["a"] or m["b"])) for m in _BOUND.finditer(text)}
    if len(bounds) != 1:
        return None
    above = re.search(rf"(?:greater than|above|over|exceed\w*|>)\s*=?\s*{NUMBER}", text)
    both = re.search(
        (
            rf"(?:less than|below|<|-{NUMBER} (?:to|and)|or)\s*-|absolute|\babs\b|threshold of|\|z|[+]/?-"
            rf"|beyond|outside|away|from the mean|modulus|within"
        ),
        text,
    )
    return "z", bounds.pop(), "both" if both or not above else "above"


_BOUND = re.compile(
    r"(?:(?:threshold|cut-?off)(?: value)?(?: of| is|:|=)?\s*(?:z-?\s?score\s*)?(?:of\s*)?[+/-]*"
    r"|(?:greater|more|less|higher|lower|larger|smaller) than\s*[+/-]*"
    rf"|above\s*|below\s*|over\s*|exceed\w*\s*|[<>]=?\s*|[+]?/?-\s*|outside (?:of )?(?:the )?(?:range (?:of )?)?[(\[]?-)(?P<a>{NUMBER})"
    rf"|(?P<b>{NUMBER})\s*(?:population |sample )?(?:standard deviations?|sd\b|sigmas?)"
)


def _cross_rule(sentence: Sentence) -> None:
    """Cross off what a sentence says of the rule: all but columns, values, and clauses that ask for something else."""
    for start, end in clauses(sentence):
        clause = sentence.text[start:end]
        if re.search(r"outlier|z-?\s?score|iqr|interquartile|quartile|whisker|threshold", clause):
            sentence.cross_words(start, end)


def removes_outliers(reading: Reading) -> bool:
    """Whether outliers are to be taken out of the rows."""
    negated = r"(?:do not|don't|without|not) (?:\w+ )?"
    verb = r"(?:remov\w*|exclud\w*|drop\w*|eliminat\w*|discard\w*|filter\w* out|delet\w*)"
    return reading.mentions(
        rf"(?<!not )(?<!without ){verb}[^.\n]{{0,40}}(?:outlier|them|z-?score)"
        rf"|outliers?[^.\n]{{0,30}}{verb}|{verb}\s+(?:any|the|these|those|all)[^.\n]{{0,30}}outlier"
        rf"|outlier removal"
    ) and not reading.mentions(rf"{negated}{verb}")


def scales_in(reading: Reading) -> list[Scale]:
    """Return the columns that are scaled and how, where the text names the method."""
    steps: list[Scale] = []
    for sentence in reading.sentences:
        for start, end in clauses(sentence):
            clause = sentence.text[start:end]
            if not re.search(
                r"normali[sz](?:e|ed|ing|ation)\b|scal(?:e|ed|ing)\b|standardi[sz]|minmaxscaler|standardscaler|z-score (?:normal|standard)",
                clause,
            ):
                continue
            z = re.search(r"z-?\s?score|standardi[sz]|standardscaler", reading.text)
            low = re.search(r"min-?\s?max|minmax|between 0 and 1|range (?:of )?[\[(]?0(?:,| to| and|-) ?1|0-1", reading.text)
            columns = reading.columns_in(clause)
            if bool(z) != bool(low):
                if columns and not re.search(r"\bafter\b", clause):
                    how = "z" if z else "min_max"
                    spread = spread_of(reading, "population")
                    steps += [Scale.model_validate({"column": c, "how": how, "spread": spread}) for c in columns]
                sentence.cross_words(start, end)
    return list(dict.fromkeys(steps))


def repeats_in(reading: Reading) -> list[Distinct]:
    """Return a step that drops repeated rows where the text asks for it."""
    pattern = r"(?:remov\w*|drop\w*|delet\w*|eliminat\w*)\s+(?:any\s+|all\s+|the\s+)*duplicate(?:d|s)?(?:\s+(?:rows?|records?|entries))?"
    took = [s.took(pattern) for s in reading.sentences]
    return [Distinct()] if any(took) else []
