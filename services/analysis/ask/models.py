"""What a question says of a model: its kind, target and features, the split and the seed."""

import re
from dataclasses import dataclass

from services.analysis.ask.lexicon import NUMBER
from services.analysis.ask.plan import Split
from services.analysis.ask.reading import Reading

_KINDS = {
    "linear": r"(?:simple |multiple |multivariate |ordinary )?linear ?regression",
    "logistic": r"logistic ?regression",
}
_OTHER = (
    r"random ?forest|decision ?tree|gradient boost|xgboost|\bsvm\b|svc\b|support vector|k-?nearest"
    r"|\bknn\b|neural|naive bayes|ridge|lasso|k-?means|polynomial|arima|pca\b"
)
_LIST = r"(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+)(?:the\s+|its\s+|their\s+|number of\s+)*<c\d+>)*"
_ITEMS = rf"(?:(?:the|its|their|number of|\w+'s|\w+)\s+){{0,3}}?(?P<f><c\d+>{_LIST})"
_TARGET = (
    r"predict(?:ing|s|ed)?\s+(?:the\s+|an?\s+|whether\s+)?(?:\w+\s+){0,3}?(?P<t><c\d+>)",
    r"regress(?:ion|ing)?\s+(?:model\s+)?(?:of\s+)?(?:the\s+)?(?P<t><c\d+>)\s+(?:on|against)\b",
    r"(?P<t><c\d+>)(?:\s+\w+)?\s+as\s+the\s+(?:target|output|dependent|response|outcome)",
    r"(?:target|output|dependent|response|outcome)\s+variable\s+(?:is|should be|being|=|:)?\s*(?P<t><c\d+>)",
)
_FEATURES = (
    rf"(?:based on|using|from|with|given)\s+{_ITEMS}",
    rf"regress(?:ion|ing)?\s+(?:model\s+)?(?:of\s+)?(?:the\s+)?<c\d+>\s+(?:on|against)\s+{_ITEMS}",
    (
        rf"(?:predictors?|independent|input|feature|explanatory)s?\s*(?:variables?|features?)?\s+(?:is|are"
        rf"|should be|include|includes|:)?\s*{_ITEMS}"
    ),
    rf"{_ITEMS}(?:\s+(?:columns?|variables?))?\s+as\s+(?:the\s+)?(?:predictors?|independent|input|features?|explanatory)",
)


@dataclass(frozen=True)
class Model:
    """A model a question asks for; `split` None where it says none."""

    kind: str
    target: str
    features: tuple[str, ...]
    split: Split | None
    balanced: bool


def model_in(reading: Reading) -> Model | None:
    """Return the model the sentences describe, or None where they describe none or not fully. Crosses off what it has read."""
    kinds = [kind for kind, pattern in _KINDS.items() if reading.mentions(pattern)]
    if len(kinds) != 1 or reading.mentions(_OTHER):
        return None
    targets = _found(reading, _TARGET, "t")
    features = [c for c in _found(reading, _FEATURES, "f") if c not in targets]
    if len(targets) != 1 or not features:
        return None
    negated = reading.mentions(r"(?:don't|do not|without) balanc")
    balanced = reading.mentions(r"balanc\w* (?:the )?class|class[_ ]weights?|class_weight") and not negated
    split = _split(reading)
    _cross(reading)
    return Model(kinds[0], targets[0], tuple(features), split, balanced)


def _found(reading: Reading, patterns: tuple[str, ...], group: str) -> list[str]:
    columns: list[str] = []
    for sentence in reading.sentences:
        for pattern in patterns:
            for match in sentence.take(pattern):
                columns += reading.columns_in(match[group])
    return list(dict.fromkeys(columns))


def _split(reading: Reading) -> Split | None:
    seeds = {int(n) for n in re.findall(r"(?:random[_ ]?(?:state|seed)|seed)\s*(?:of|=|is|to|set to|:|value of)?\s*(\d+)", reading.text)}
    shares = {_share(m) for m in re.finditer(r"(\d\d?)\s*%?\s*[:/-]\s*(\d\d?)\s*%?(?=\W)", reading.text) if _share(m)}
    shares |= {
        round(float(m[1]) / 100, 6)
        for m in re.finditer(
            rf"({NUMBER})\s*%\s+(?:of the (?:data|dataset|rows) )?(?:is |are |used |should be |as |in )*(?:for |the )*test", reading.text
        )
    }
    shares |= {round(float(m[1]), 6) for m in re.finditer(r"test[_ ]size\s*(?:of|=|is|:)?\s*(0?\.\d+)", reading.text)}
    shares |= {
        round(1 - float(m[1]) / 100, 6)
        for m in re.finditer(
            rf"({NUMBER})\s*%\s+(?:of the (?:data|dataset|rows) )?(?:is |are |used |should be |as |in )*(?:for |the )*train", reading.text
        )
    }
    shares |= {round(1 - float(m[1]), 6) for m in re.finditer(r"train[_ ]size\s*(?:of|=|is|:)?\s*(0?\.\d+)", reading.text)}
    if len(seeds) != 1 or len(shares) != 1:
        return None
    test = shares.pop()
    return Split(test=float(test), seed=seeds.pop()) if test else None


def _share(match: "re.Match[str]") -> float | None:
    train, test = float(match[1]), float(match[2])
    whole = train + test
    return round(test / whole, 6) if whole in {10.0, 100.0} else None


def _cross(reading: Reading) -> None:
    """Cross off the sentences about fitting: their numbers are the split's, their verbs the model's."""
    about = r"regression|train|\bsplit|predict|random|seed|sklearn|scikit|evaluat|\bmodel|metric|balanc|perform|machine learning"
    for sentence in reading.sentences:
        if sentence.find(about):
            sentence.cross_words()
