"""`/docs`: the API reference, rendered here from the OpenAPI document, so that it needs neither the internet nor a script."""

import json
from functools import lru_cache
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from services.api.markup import Markup, page, tag

router = APIRouter(include_in_schema=False)
Schema = dict[str, Any]


@router.get("/docs", response_class=HTMLResponse)
def get_reference(request: Request) -> HTMLResponse:
    """Return the reference as one page."""
    return HTMLResponse(_rendered(json.dumps(request.app.openapi())))


@lru_cache(maxsize=2)
def _rendered(document: str) -> str:
    api: Schema = json.loads(document)
    operations = [
        (path, method, operation)
        for path, methods in api["paths"].items()
        for method, operation in methods.items()
        if isinstance(operation, dict)
    ]
    tags = list(dict.fromkeys(name for _, _, operation in operations for name in operation.get("tags", ["other"])))
    sections = [_section(name, [o for o in operations if name in o[2].get("tags", ["other"])]) for name in tags]
    schemas = [_schema(name, schema) for name, schema in sorted(api.get("components", {}).get("schemas", {}).items())]
    nav = tag("nav", tag("ul", *[tag("li", tag("a", name, href=f"#{name}")) for name in [*tags, "schemas"]]), aria_label="Sections")
    top = (
        tag("h1", api["info"]["title"]),
        tag("p", f"Version {api['info']['version']}. ", api["info"].get("description", "")),
        tag("p", "The machine-readable document is ", tag("a", "/openapi.json", href="/openapi.json"), "."),
    )
    return page("API reference", *top, nav, *sections, tag("section", tag("h2", "schemas"), *schemas, id="schemas"))


def _section(name: str, operations: list[tuple[str, str, Schema]]) -> Markup:
    return tag("section", tag("h2", name), *[_operation(*operation) for operation in operations], id=name)


def _operation(path: str, method: str, operation: Schema) -> Markup:
    rows = [
        tag("tr", tag("td", tag("code", p["name"])), tag("td", p["in"]), tag("td", _type(p.get("schema", {}))), tag("td", _need(p)))
        for p in operation.get("parameters", [])
    ]
    heads = tag("tr", *[tag("th", head, scope="col") for head in ("Parameter", "In", "Type", "")])
    body = operation.get("requestBody", {}).get("content", {})
    answers = [
        tag("li", tag("code", status), " ", _content(answer.get("content", {})), " ", answer.get("description", ""))
        for status, answer in operation.get("responses", {}).items()
    ]
    return tag(
        "details",
        tag("summary", tag("code", method.upper(), class_=f"verb {method}"), " ", tag("code", path), " ", operation.get("summary", "")),
        tag("p", operation.get("description", "")),
        tag("table", tag("thead", heads), tag("tbody", *rows)) if rows else "",
        tag("p", "Body: ", _content(body)) if body else "",
        tag("ul", *answers),
        id=operation.get("operationId", path),
    )


def _need(parameter: Schema) -> str:
    return "required" if parameter.get("required") else parameter.get("description", "optional")


def _content(content: Schema) -> Markup:
    parts = [tag("span", tag("code", kind), " ", _type(found.get("schema", {}))) for kind, found in content.items()]
    return tag("span", *parts)


def _schema(name: str, schema: Schema) -> Markup:
    required = set(schema.get("required", []))
    rows = [
        tag("tr", tag("td", tag("code", field)), tag("td", _type(found)), tag("td", "required" if field in required else ""))
        for field, found in schema.get("properties", {}).items()
    ]
    words = tag("p", schema.get("description", ""))
    return tag("details", tag("summary", tag("code", name)), words, tag("table", tag("tbody", *rows)) if rows else "", id=f"schema-{name}")


def _type(schema: Schema) -> Markup:
    if reference := schema.get("$ref"):
        name = str(reference).rsplit("/", 1)[-1]
        return tag("a", name, href=f"#schema-{name}")
    for many in ("anyOf", "oneOf", "allOf"):
        if many in schema:
            found = [_type(option) for option in schema[many]]
            return tag("span", *[part for one in found for part in (" or ", one)][1:])
    if schema.get("type") == "array":
        return tag("span", "list of ", _type(schema.get("items", {})))
    if "enum" in schema or "const" in schema:
        return tag("span", ", ".join(str(value) for value in schema.get("enum", [schema.get("const")])))
    return tag("span", " ".join(filter(None, (schema.get("type", "any"), schema.get("format", "")))))
