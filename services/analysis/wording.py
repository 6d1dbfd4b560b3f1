"""What a sentence may claim, given the strength of the design behind it: a cause only where the design can show one.

The ladder follows Pearl (2009): an association says that things go together, an adjusted comparison that they do so like
with like, a quasi-experiment that one followed the other when nothing else is known to have changed; none of them proves.
"""

import re

from services.analysis.findings import Strength

_PROOF = (r"prov(?:e|es|ed|en|ing)", r"proofs?", r"guarantee[sd]?", r"certainly", r"undoubtedly")
_CAUSE = (
    r"caus(?:e|es|ed|ing|al|ally)",
    r"because",
    r"(?:due|owing|thanks) to",
    r"(?:lead|leads|leading|led) to",
    r"driv(?:e|es|ing)",
    r"drove",
    r"driven by",
    r"result(?:s|ed|ing)? in",
    r"results? from",
    r"affect(?:s|ed|ing)?",
    r"influenc(?:e|es|ed|ing)",
    r"impact(?:s|ed|ing)?",
    r"trigger(?:s|ed|ing)?",
    r"produc(?:e|es|ed|ing)",
    r"rais(?:es|ed|ing)",
    r"reduc(?:es|ed|ing)",
    r"boost(?:s|ed|ing)?",
    r"improv(?:es|ed|ing)",
    r"worsen(?:s|ed|ing)?",
    r"effects? of",
    r"has an effect",
    r"responsible for",
)
_ADJUSTED = (r"explain(?:s|ed|ing)?", r"accounts? for", r"accounted for", r"other things (?:being )?equal", r"like with like")
_TESTED = (r"significant(?:ly)?", r"statistically")

FORBIDDEN: dict[Strength, tuple[str, ...]] = {
    "descriptive": (*_PROOF, *_CAUSE, *_ADJUSTED, *_TESTED),
    "association": (*_PROOF, *_CAUSE, *_ADJUSTED),
    "adjusted": (*_PROOF, *_CAUSE),
    "quasi_experiment": _PROOF,
}
_QUOTED = re.compile(r"\[\[=.*?\]\](?!\])|\{[a-z][a-z0-9_]*\}", re.DOTALL)


def overclaims(template: str, strength: Strength) -> list[str]:
    """Return the words of a finding's template that its strength does not allow, in the order they stand.

    Quoted names and facts are passed over; names of the data that are not quoted are read as words.
    """
    words = re.compile(rf"\b(?:{'|'.join(FORBIDDEN[strength])})\b", re.IGNORECASE)
    return words.findall(_QUOTED.sub(" ", template))
