"""The file: notes, document properties, the manifest as a custom XML part, and a zip that is the same every time."""

import io
import json
import uuid
import zipfile
from typing import Any
from xml.sax.saxutils import escape

from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI

from services.decks.manifest import Manifest
from services.decks.pptx.workbook import packed

MANIFEST_NAMESPACE = "urn:sevensteps:deck-manifest:1"
_PROPERTIES_TYPE = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXmlProps"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def embed(deck: Any, manifest: Manifest) -> None:
    """Put the manifest into the deck as a custom XML part, which office programs keep when they save."""
    content = json.dumps(manifest.model_dump(mode="json", exclude_defaults=True), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    package = deck.part.package
    body = f'{_HEAD}<manifest xmlns="{MANIFEST_NAMESPACE}">{escape(content)}</manifest>'
    item = Part(PackURI("/customXml/item1.xml"), "application/xml", package, body.encode())
    identity = "{" + str(uuid.uuid5(uuid.NAMESPACE_URL, MANIFEST_NAMESPACE)).upper() + "}"
    properties = (
        f'{_HEAD}<ds:datastoreItem ds:itemID="{identity}" xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml">'
        f'<ds:schemaRefs><ds:schemaRef ds:uri="{MANIFEST_NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
    )
    item.relate_to(Part(PackURI("/customXml/itemProps1.xml"), _PROPERTIES_TYPE, package, properties.encode()), _RELATION)
    deck.part.relate_to(item, RT.CUSTOM_XML)


def saved(deck: Any) -> bytes:
    """Return the file's bytes: parts in the order they were written, dates fixed."""
    buffer = io.BytesIO()
    deck.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        return packed({entry.filename: archive.read(entry) for entry in archive.infolist()})
