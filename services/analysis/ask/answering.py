"""From a question's text to its answers, or to the reason why there are none."""

from pydantic import BaseModel

from services.analysis.ask.bind import bind, wanted_by
from services.analysis.ask.compute import Computed, Computer
from services.analysis.ask.coverage import check_covered
from services.analysis.ask.draft import draft_of
from services.analysis.ask.errors import NoAnswerError, NoPlanError, NotUnderstoodError
from services.analysis.ask.linking import Named
from services.analysis.ask.plan import Quantity, Question, Slot, Test
from services.analysis.ask.reading import read
from services.analysis.ask.record import Numbers, finding_of
from services.analysis.ask.table import columns_of
from services.analysis.ask.wanted import wanted_of
from services.analysis.ask.writing import written
from services.analysis.errors import QueryError
from services.analysis.findings import Finding
from services.analysis.workspace import Workspace


class Reply(BaseModel):
    """The reply to a question.

    `answers` is empty where `abstained`; `query` re-computes the first answer, or gives the rows it is computed from. `plan` is the
    question as it was understood: carried out again on the same bytes it gives the same reply.
    """

    answers: dict[str, str] = {}
    abstained: bool = False
    why: str = ""
    finding: Finding | None = None
    query: str = ""
    plan: Question | None = None


def understand(question: str, constraints: str, answer_format: str, columns: list[Named], table: str) -> Question:
    """Return the plan of a question. Raises NotUnderstoodError where any part of it has no meaning the grammar knows."""
    wanted = wanted_of(answer_format, f"{question} {constraints}")
    if answer_format.strip() and not wanted:
        raise NotUnderstoodError("The format names no answer; write it as @name[value].")
    draft = draft_of(read(question, constraints, columns))
    wanted = wanted or wanted_by(draft)
    answers = bind(draft, wanted)
    check_covered(draft, answers)
    return Question(table=table, answers=answers)


def ask(workspace: Workspace, question: str, constraints: str = "", answer_format: str = "") -> Reply:
    """Answer a question from the first table of the workspace, or abstain."""
    dataset = workspace.datasets[0]
    try:
        plan = understand(question, constraints, answer_format, columns_of(workspace, dataset), dataset.name)
        return reply_to(workspace, plan)
    except (NotUnderstoodError, NoAnswerError, QueryError) as error:
        return Reply(abstained=True, why=error.detail)


def reply_to(workspace: Workspace, plan: Question) -> Reply:
    """Carry out an understood question on the table it names. Raises KeyError for a table, NoAnswerError for a value that is not there."""
    dataset = workspace.dataset(plan.table)
    computer = Computer(workspace, dataset)
    answers, numbers = _answers(computer, plan)
    finding = finding_of(dataset, plan, numbers, computer.rows(numbers[0][1]))
    return Reply(answers=answers, finding=finding, query=numbers[0][2].query, plan=plan)


def differences(workspace: Workspace, said: Reply) -> list[str]:
    """Carry out the plan of a reply again and return, in sentences, what no longer comes out; nothing where the reply holds.

    Raises NoPlanError for a reply that answers nothing.
    """
    if said.plan is None:
        raise NoPlanError("The reply holds no answer: there is nothing to compute again.")
    try:
        again = reply_to(workspace, said.plan)
    except KeyError:
        return [f"There is no table called {said.plan.table} in the files."]
    except (NoAnswerError, QueryError) as error:
        return [error.detail]
    found = [
        f"{name}: {said.answers.get(name, 'no answer')} was said, {again.answers.get(name, 'no answer')} comes out"
        for name in dict.fromkeys([*said.answers, *again.answers])
        if said.answers.get(name) != again.answers.get(name)
    ]
    if said.query != again.query:
        found.append("The query is not the one that the plan gives.")
    return found + _of_the_finding(said.finding, again.finding)


def _of_the_finding(said: Finding | None, again: Finding | None) -> list[str]:
    if said is None or again is None:
        return [] if said is again else ["The finding is not the one that the plan gives."]
    if said.dataset_sha256 != again.dataset_sha256:
        return ["The data are not the bytes that were asked."]
    return [
        f"finding, {field.replace('_', ' ')}: {before!r} was said, {after!r} comes out"
        for field, before in said.model_dump(mode="json").items()
        if before != (after := again.model_dump(mode="json")[field])
    ]


def _answers(computer: Computer, plan: Question) -> tuple[dict[str, str], Numbers]:
    answers: dict[str, str] = {}
    numbers: Numbers = []
    for answer in plan.answers:
        parts = []
        for slot in answer.slots:
            quantity, computed, text = _slot(computer, slot)
            numbers.append((answer, quantity, computed))
            parts.append(text)
        answers[answer.name] = ", ".join(parts)
    return answers, numbers


def _slot(computer: Computer, slot: Slot) -> tuple[Quantity, Computed, str]:
    if slot.quantity is not None:
        computed = computer.value(slot.quantity)
        return slot.quantity, computed, written(computed.value, slot.writing)
    for rule in slot.rules:
        if all(_holds(computer, test) for test in rule.tests):
            decisive = slot.quantities[0]
            return decisive, computer.value(decisive), rule.outcome
    raise NoAnswerError("None of the stated rules fits what the data give.")


def _holds(computer: Computer, test: Test) -> bool:
    value = computer.value(test.quantity).value
    assert isinstance(value, float)
    x = abs(value) if test.absolute else value
    return {
        "=": x == test.value,
        "!=": x != test.value,
        "<": x < test.value,
        "<=": x <= test.value,
        ">": x > test.value,
        ">=": x >= test.value,
    }[test.comparison]
