"""The summary as Markdown: every number is a reference to its evidence, the addresses stand at the end."""

import re

from services.decks.elements import Cited
from services.decks.model import Deck
from services.decks.spans import spans
from services.decks.summary.content import Block, Form, Table
from services.decks.summary.pdf import composed

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])")
_LINE_START = re.compile(r"^(\s*)([-+=]|\d+[.)])(?=\s)")


class _Writer:
    """Writes cited text and remembers the addresses it refers to."""

    def __init__(self, deck: Deck) -> None:
        self.deck = deck
        self.addresses: dict[str, str] = {}

    def text(self, cited: Cited) -> str:
        words = ""
        for shown, url in spans(self.deck, cited):
            key = url.rpartition("=")[2]
            self.addresses.update({key: url} if url else {})
            words += f"[{_escaped(shown)}][{key}]" if url else _escaped(shown)
        return _LINE_START.sub(r"\1\\\2", words)

    def block(self, block: Block) -> list[str]:
        lines = [f"## {self.text(block.heading)}", ""] if block.heading else []
        for label, words in block.lines:
            lines += [(f"**{self.text(label)}:** " if label else "") + self.text(words), ""]
        lines += [*(f"- {self.text(point)}" for point in block.points), ""] if block.points else []
        lines += self.table(block.table) if block.table else []
        return [*lines, f"*{self.text(block.source)}*", ""] if block.source else lines

    def table(self, table: Table) -> list[str]:
        rule = _row(["---:" if numeric else "---" for numeric in table.numeric])
        rows = [_row([self.text(cell) for cell in row]) for row in table.rows]
        return [_row([self.text(cell) for cell in table.head]), rule, *rows, ""]


def render_summary_md(deck: Deck, form: Form = "short") -> str:
    """Return the summary as Markdown; every number links to its evidence by a reference at the end."""
    page, _ = composed(deck, form)
    writer = _Writer(deck)
    lines = [f"# {writer.text(page.title)}", ""]
    if page.subtitle:
        lines += [writer.text(page.subtitle), ""]
    if page.answer:
        lines += [f"**{writer.text(page.answer)}.**", ""]
    for block in page.blocks:
        lines += writer.block(block)
    lines += ["---", "", writer.text(page.footer), ""]
    return "\n".join([*lines, *(f"[{key}]: <{url}>" for key, url in sorted(writer.addresses.items())), ""])


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
