"""From an exhibit to a Vega-Lite specification with its data inside: one chart for the browser, images and slides."""

import json
from typing import Any

from services.analysis.findings import Exhibit
from shared.kit.numbers import Style

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
HOT, COOL, RULE = "#d1495b", "#8fa3ad", "#333333"
_FORMATS = {Style.PERCENT: ".0%", Style.POINTS: "+.0%", Style.COUNT: ",.0f", Style.MONEY: ",.0f", Style.NUMBER: ",.3~g"}


def vega_lite(exhibit: Exhibit) -> dict[str, Any]:
    """Return the Vega-Lite v6 specification of an exhibit."""
    fields = [f"c{i}" for i in range(len(exhibit.columns))]
    values = [dict(zip(fields, row, strict=False)) for row in exhibit.rows]
    layer = [_stacked(exhibit, fields) if exhibit.kind == "stacked" else _marks(exhibit, fields)]
    if exhibit.reference is not None:
        rule = {
            "mark": {"type": "rule", "strokeDash": [4, 4], "color": RULE},
            "encoding": {_value_axis(exhibit): {"datum": exhibit.reference}},
        }
        layer.append(rule)
    return {"$schema": SCHEMA, "title": exhibit.title, "data": {"values": values}, "layer": layer}


def _value_axis(exhibit: Exhibit) -> str:
    return "x" if exhibit.kind == "bar" else "y"


def _y(exhibit: Exhibit, field: str) -> dict[str, Any]:
    title = f"{exhibit.y_label} ({exhibit.unit})" if exhibit.unit else exhibit.y_label
    return {"field": field, "type": "quantitative", "title": title, "axis": {"format": _FORMATS.get(exhibit.style, ",.3~g")}}


def _colour(exhibit: Exhibit, field: str) -> dict[str, Any]:
    if not exhibit.highlight:
        return {"value": COOL}
    return {"condition": {"test": {"field": field, "oneOf": exhibit.highlight}, "value": HOT}, "value": COOL}


def _marks(exhibit: Exhibit, fields: list[str]) -> dict[str, Any]:
    first, second = fields[0], fields[1]
    x: dict[str, Any]
    zoomed = {"scale": {"zero": False}}
    if exhibit.kind == "bar":
        category = {"field": first, "type": "nominal", "sort": None, "title": exhibit.x_label}
        return {"mark": "bar", "encoding": {"y": category, "x": _y(exhibit, second), "color": _colour(exhibit, first)}}
    if exhibit.kind == "line":
        x = {"field": first, "type": "temporal", "title": exhibit.x_label}
        return {"mark": {"type": "line", "point": True, "color": HOT}, "encoding": {"x": x, "y": _y(exhibit, second)}}
    if exhibit.kind == "histogram":
        x = {"field": first, "type": "ordinal", "sort": None, "title": exhibit.x_label}
        return {"mark": "bar", "encoding": {"x": x, "y": _y(exhibit, second), "color": _colour(exhibit, first)}}
    x = {"field": first, "type": "quantitative", "title": exhibit.x_label} | zoomed
    y = _y(exhibit, second) | zoomed
    return {"mark": {"type": "point", "color": HOT, "opacity": 0.5}, "encoding": {"x": x, "y": y}}


def _stacked(exhibit: Exhibit, fields: list[str]) -> dict[str, Any]:
    names = dict(zip(fields, exhibit.columns, strict=True))
    return {
        "transform": [{"fold": fields[1:], "as": ["series", "amount"]}],
        "mark": "bar",
        "encoding": {
            "x": {"field": fields[0], "type": "ordinal", "sort": None, "title": exhibit.x_label},
            "y": _y(exhibit, "amount"),
            "color": {"field": "series", "type": "nominal", "scale": {"domain": fields[1:]}, "legend": {"labelExpr": _names(names)}},
        },
    }


def _names(names: dict[str, str]) -> str:
    """A Vega expression that turns field names back into the series' names."""
    pairs = ", ".join(f"{field}: {json.dumps(name)}" for field, name in names.items())
    return f"({{{pairs}}})[datum.label]"
