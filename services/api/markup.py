"""HTML built from values: every text is escaped where it enters, and nothing else becomes markup."""

from html import escape


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


_VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})


def tag(name: str, /, *children: object, **attributes: object) -> Markup:
    """Return an element. Children that are no Markup are escaped; None and False attributes are left out.

    An attribute's trailing underscore is dropped (`class_`), and the others become dashes (`aria_label`).
    """
    said = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(str(value), quote=True)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in _VOID:
        return Markup(f"<{name}{said}>")
    inner = "".join(child if isinstance(child, Markup) else escape(str(child)) for child in children if child is not None)
    return Markup(f"<{name}{said}>{inner}</{name}>")


def page(title: str, *content: object, language: str = "en") -> str:
    """Return a whole page with the house's style sheet."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", f"{title} · Seven Steps to Poem"),
        tag("link", rel="stylesheet", href="/static/pages.css"),
        tag("link", rel="icon", href="data:,"),
    )
    skip = tag("a", "Skip to the content", href="#content", class_="skip")
    home = tag("header", tag("a", "Seven Steps to Poem", href="/", class_="home"), tag("a", "API", href="/docs"), class_="bar")
    body = tag("body", skip, home, tag("main", *content, id="content"))
    return f"<!doctype html>{tag('html', head, body, lang=language)}"
