"""What a method is: it proposes tests for a table, decides each of them, and writes what was found.

    proposals(study) -> [params]        which tests a full pass runs
    test(study, params) -> Candidate    one test, on the arrays; no sentence yet
    write(study, candidate, q) -> Finding

Params are JSON and name everything a test needs, so that `verify` can run it again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.analysis.findings import Finding
from services.analysis.goal import Interest
from services.analysis.study import Study

Params = dict[str, Any]

# A result counts when its q value is at most this: stricter than custom, because where only a few of
# many tests find something, one false finding in twenty is one too many on a page.
ALPHA = 0.02
SMALL = 0.1  # a standardised effect (as a correlation) below this is not worth a sentence
MEDIUM = 0.3  # what a test must have been able to see before "no effect" may be said


@dataclass(frozen=True)
class Candidate:
    """A test that was run. `effect` is on the scale of a correlation, 0..1; `detail` is the method's own.

    `p_value` None: a description, tested against nothing. `detectable`: the smallest effect, on the
    same scale, that would have been found four times in five. `describes`: where neither an effect nor its
    absence can be stated, the groups may still be described, and the sentence says that chance could explain it.
    `silent`: where there is no effect there is nothing to say either.
    """

    method: str
    params: Params
    columns: tuple[str, ...]
    p_value: float | None
    effect: float
    coverage: float
    topic: tuple[str, ...]
    detail: Any
    detectable: float = 1.0
    interest: float = 1.0  # the method's own view of how telling the shape is
    entities: tuple[str, ...] = ()
    describes: bool = False
    silent: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of a candidate once all tests of the pass were adjusted together."""

    q_value: float | None
    adjustment: float  # q over p
    significant: bool

    def undecided(self, candidate: Candidate) -> bool:
        """Whether the test settled nothing: no effect beyond chance, and too little data to deny one."""
        return not self.significant and candidate.p_value is not None and candidate.detectable > MEDIUM


@dataclass(frozen=True)
class Method:
    """A registered method. `needs` says in words what a table must have for it."""

    name: str
    version: str
    title: str
    needs: str
    proposals: Callable[[Study, Interest], list[Params]]
    test: Callable[[Study, Params], Candidate | None]
    write: Callable[[Study, Candidate, Outcome], Finding | None]
