"""What a shape takes from its layout, its master and the theme: colours, typefaces, sizes, insets, anchors."""

import colorsys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pptx.oxml import parse_xml
from pptx.oxml.ns import qn

from services.decks.palette import INK, WHITE

_USUAL_MAP = {"tx1": "dk1", "bg1": "lt1", "tx2": "dk2", "bg2": "lt2"}
_PRESETS = {"black": "000000", "white": WHITE, "red": "FF0000", "green": "008000", "blue": "0000FF", "gray": "808080", "yellow": "FFFF00"}
_TITLES = ("title", "ctrTitle")


@dataclass(frozen=True, slots=True)
class Theme:
    """A master's colours by name (tx1, accent1, ...) and its typefaces."""

    colours: dict[str, str]
    fonts: frozenset[str]
    latin: tuple[str, ...] = ()

    def colour(self, holder: Any) -> str | None:
        """Return the colour in an element such as a:solidFill as RRGGBB, or None where it cannot be told."""
        if holder is None or not len(holder):
            return None
        chosen = holder[0]
        kind, value = chosen.tag.rpartition("}")[2], str(chosen.get("val", ""))
        found = {
            "srgbClr": value.upper(),
            "schemeClr": self.colours.get(value),
            "sysClr": str(chosen.get("lastClr", "")).upper() or None,
            "prstClr": _PRESETS.get(value),
        }.get(kind)
        return _changed(found, chosen) if found else None


def theme_of(master: Any) -> Theme:
    """Return a master's theme; what it lacks is simply not known."""
    part = next((rel.target_part for rel in master.part.rels.values() if rel.reltype.endswith("/theme")), None)
    if part is None:
        return Theme({}, frozenset())
    root = parse_xml(part.blob)
    scheme = next(root.iter(qn("a:clrScheme")), None)
    named: dict[str, str] = {}
    for entry in scheme if scheme is not None else ():
        if len(entry):
            named[entry.tag.rpartition("}")[2]] = str(entry[0].get("lastClr") or entry[0].get("val", "")).upper()
    mapping = next(master._element.iter(qn("p:clrMap")), None)  # noqa: SLF001 -- the library's own name
    pairs = {**_USUAL_MAP, **(dict(mapping.attrib) if mapping is not None else {})}
    named |= {alias: named[name] for alias, name in pairs.items() if name in named}
    fonts = frozenset(
        face
        for group in root.iter(qn("a:majorFont"), qn("a:minorFont"))
        for found in group.iter(qn("a:latin"), qn("a:ea"), qn("a:cs"))
        if (face := found.get("typeface", ""))
    )
    latin = [
        found.get("typeface", "") for group in root.iter(qn("a:majorFont"), qn("a:minorFont")) for found in group.findall(qn("a:latin"))
    ]
    return Theme(named, fonts, tuple(face for face in latin if face))


def _changed(value: str, chosen: Any) -> str:
    """Return a colour after its luminance changes (ECMA-376 20.1.2.3: lumMod, lumOff, shade, tint, as office programs apply them)."""
    red, green, blue = (int(value[i : i + 2], 16) / 255 for i in (0, 2, 4))
    for change in chosen:
        kind, amount = change.tag.rpartition("}")[2], int(change.get("val", "100000")) / 100000
        if kind in ("lumMod", "lumOff"):
            factor, plus = (amount, 0.0) if kind == "lumMod" else (1.0, amount)
            red, green, blue = _relit((red, green, blue), factor, plus)
        elif kind == "shade":
            red, green, blue = (channel * amount for channel in (red, green, blue))
        elif kind == "tint":
            red, green, blue = (channel * amount + 1 - amount for channel in (red, green, blue))
    return "".join(f"{round(channel * 255):02X}" for channel in (red, green, blue))


def _relit(rgb: tuple[float, float, float], factor: float, plus: float) -> tuple[float, float, float]:
    hue, light, full = colorsys.rgb_to_hls(*rgb)
    return colorsys.hls_to_rgb(hue, min(max(light * factor + plus, 0.0), 1.0), full)


def darker(value: str, factor: float) -> str:
    """Return a colour at a share of its lightness, as `lumMod` makes it."""
    red, green, blue = (int(value[i : i + 2], 16) / 255 for i in (0, 2, 4))
    return "".join(f"{round(channel * 255):02X}" for channel in _relit((red, green, blue), factor, 0.0))


class Inherited:
    """The properties of one shape, looked up from its own element outwards."""

    def __init__(self, shape: Any, slide: Any, theme: Theme) -> None:
        self._theme = theme
        self.role = _role(shape.element)
        layout, master = slide.slide_layout, slide.slide_layout.slide_master
        found = [shape.element]
        if self.role:
            index = next(shape.element.iter(qn("p:ph"))).get("idx", "0")
            found += [e for e in (_twin(layout, self.role, index), _twin(master, self.role, None)) if e is not None]
        self._bodies = [body for element in found if (body := element.find(qn("p:txBody"))) is not None]
        self._styles = [style for body in self._bodies if (style := body.find(qn("a:lstStyle"))) is not None]
        self._styles += list(_master_styles(master, self.role))
        if not self.role:
            self._styles += [e for e in slide.part.package.presentation_part._element.iter(qn("p:defaultTextStyle"))]  # noqa: C416, SLF001

    def body(self, name: str) -> str | None:
        """Return an attribute of a:bodyPr, the nearest that is set."""
        for body in self._bodies:
            properties = body.find(qn("a:bodyPr"))
            if properties is not None and properties.get(name) is not None:
                return str(properties.get(name))
        return None

    def body_child(self, *names: str) -> Any:
        """Return the nearest child of a:bodyPr by one of the names, or None."""
        for body in self._bodies:
            properties = body.find(qn("a:bodyPr"))
            for child in properties if properties is not None else ():
                if child.tag in [qn(name) for name in names]:
                    return child
        return None

    def levels(self, level: int) -> Iterator[Any]:
        """Yield a:lvlNpPr elements for a level (from 1), nearest first."""
        for style in self._styles:
            found = style.find(qn(f"a:lvl{level}pPr"))
            if found is not None:
                yield found

    def run(self, level: int, name: str) -> str | None:
        """Return an attribute of the inherited run properties, such as sz or b."""
        for found in self.levels(level):
            properties = found.find(qn("a:defRPr"))
            if properties is not None and properties.get(name) is not None:
                return str(properties.get(name))
        return None

    def colour(self, level: int) -> str:
        """Return the inherited text colour; where no style names one, the theme's text colour."""
        for found in self.levels(level):
            properties = found.find(qn("a:defRPr"))
            fill = properties.find(qn("a:solidFill")) if properties is not None else None
            if fill is not None and (told := self._theme.colour(fill)):
                return told
        return self._theme.colours.get("tx1", INK)

    def bulleted(self, level: int) -> bool:
        """Whether paragraphs of a level have a bullet by inheritance."""
        for found in self.levels(level):
            if found.find(qn("a:buNone")) is not None:
                return False
            if found.find(qn("a:buChar")) is not None or found.find(qn("a:buAutoNum")) is not None:
                return True
        return False


def _role(element: Any) -> str:
    placed = next(element.iter(qn("p:ph")), None)
    return str(placed.get("type", "body")) if placed is not None else ""


def _twin(holder: Any, role: str, index: str | None) -> Any:
    """Return the placeholder of a layout (by index) or a master (by type) that a placeholder follows, or None."""
    kinds = _TITLES if role in _TITLES else (role,) if role in ("dt", "ftr", "sldNum") else ("body", "obj", role)
    for shape in holder.placeholders:
        placed = next(shape.element.iter(qn("p:ph")))
        own = placed.get("type", "body")
        if (index is not None and role not in _TITLES and placed.get("idx", "0") == index) or (
            own in kinds and (index is None or role in _TITLES)
        ):
            return shape.element
    return None


def _master_styles(master: Any, role: str) -> Iterator[Any]:
    styles = next(master._element.iter(qn("p:txStyles")), None)  # noqa: SLF001 -- the library's own name
    name = "p:titleStyle" if role in _TITLES else "p:otherStyle" if role in ("", "dt", "ftr", "sldNum") else "p:bodyStyle"
    found = styles.find(qn(name)) if styles is not None else None
    if found is not None:
        yield found


def background(slide: Any, theme: Theme) -> str | None:
    """Return the colour behind a slide, or None where it is a picture, a gradient or a pattern."""
    for holder in (slide, slide.slide_layout, slide.slide_layout.slide_master):
        found = next(holder._element.iter(qn("p:bg")), None)  # noqa: SLF001 -- the library's own name
        if found is None:
            continue
        properties, reference = found.find(qn("p:bgPr")), found.find(qn("p:bgRef"))
        if properties is not None:
            fill = properties.find(qn("a:solidFill"))
            return theme.colour(fill) if fill is not None else None
        return theme.colour(reference) if reference is not None else None
    return theme.colours.get("bg1", WHITE)
