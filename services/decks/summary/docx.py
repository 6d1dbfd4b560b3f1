"""The summary as a .docx: headings, paragraphs and tables a reader may edit, every number a link to its evidence.

WordprocessingML is written as text, as the slides are: the seven parts need no library, and equal decks give equal bytes.
"""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from services.decks.elements import Cited
from services.decks.metrics import printable
from services.decks.model import Deck
from services.decks.palette import FONT, FONT_EAST_ASIAN, INK, MUTED, RULE, TEAL, TEXT
from services.decks.pptx.workbook import packed
from services.decks.spans import spans
from services.decks.summary.columns import SMALLER
from services.decks.summary.content import Block, Form, Summary, Table
from services.decks.summary.pdf import composed, table_widths
from services.decks.words import LANG_TAG
from shared.kit.cited import resolve

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PAGE = (
    '<w:sectPr><w:footerReference w:type="default" r:id="rIdFooter"/><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1020" w:right="1134" w:bottom="907" w:left="1134" w:header="454" w:footer="454" w:gutter="0"/></w:sectPr>'
)


class _Writer:
    """Writes cited text as runs and collects the links they need."""

    def __init__(self, deck: Deck) -> None:
        self.deck = deck
        self.links: dict[str, str] = {}

    def runs(self, cited: Cited, *, bold: bool = False, color: str = "", size: float = 0) -> str:
        """Return runs; a number is a link to its evidence."""
        properties = "<w:b/>" if bold else ""
        properties += f'<w:color w:val="{color}"/>' if color else ""
        properties += f'<w:sz w:val="{round(size * 2)}"/>' if size else ""
        made = ""
        for words, url in spans(self.deck, cited):
            run = f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(words)}</w:t></w:r>'
            made += f'<w:hyperlink r:id="{self._link(url)}" w:history="1">{run}</w:hyperlink>' if url else run
        return made

    def _link(self, url: str) -> str:
        return self.links.setdefault(url, f"rId{len(self.links) + 1}")

    def block(self, block: Block, size: float) -> str:
        """Return a block."""
        made = _paragraph(self.runs(block.heading), "Heading2") if block.heading else ""
        for label, words in block.lines:
            lead = self.runs(label, bold=True, color=INK) + _plain(": ", bold=True) if label else ""
            made += _paragraph(lead + self.runs(words))
        made += "".join(_paragraph(self.runs(point), "ListBullet") for point in block.points)
        made += self.table(block.table, size) if block.table else ""
        return made + (_paragraph(self.runs(block.source), "Source") if block.source else "")

    def table(self, table: Table, size: float) -> str:
        """Return a table whose header row is repeated on every page and whose rows are not torn apart."""
        widths = [round(inches * 1440) for inches in table_widths(self.deck, table, size)]
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        head = [self.runs(cell, bold=True, color=MUTED, size=size - 1.5) for cell in table.head]
        rows = _row(head, widths, table.numeric, head=True)
        rows += "".join(_row([self.runs(cell) for cell in row], widths, table.numeric) for row in table.rows)
        properties = (
            f'<w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
            '<w:tblCellMar><w:left w:w="80" w:type="dxa"/><w:right w:w="80" w:type="dxa"/></w:tblCellMar>'
            '<w:tblLook w:firstRow="1"/></w:tblPr>'
        )
        return f"<w:tbl>{properties}<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>{_paragraph('', 'After')}"


def render_summary_docx(deck: Deck, form: Form = "short") -> bytes:
    """Return the summary as a .docx, the same bytes for the same deck; the short form is set in the size that fills one page."""
    page, size = composed(deck, form)
    writer = _Writer(deck)
    body = _body(writer, page, size)
    document = f"{_HEAD}<w:document {_W}><w:body>{body}{_PAGE}</w:body></w:document>"
    parts = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _relations(
            ("rId1", f"{_OFFICE}/officeDocument", "word/document.xml", False),
            ("rId2", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml", False),
        ),
        "docProps/core.xml": _core(deck, page),
        "word/document.xml": document,
        "word/_rels/document.xml.rels": _relations(
            ("rIdStyles", f"{_OFFICE}/styles", "styles.xml", False),
            ("rIdNumbering", f"{_OFFICE}/numbering", "numbering.xml", False),
            ("rIdFooter", f"{_OFFICE}/footer", "footer1.xml", False),
            *((who, f"{_OFFICE}/hyperlink", url, True) for url, who in writer.links.items()),
        ),
        "word/styles.xml": _styles(deck, size),
        "word/numbering.xml": _numbering(),
        "word/footer1.xml": _footer(),
    }
    return packed(parts)


def _body(writer: _Writer, page: Summary, size: float) -> str:
    made = _paragraph(writer.runs(page.title), "Heading1")
    if page.subtitle:
        made += _paragraph(writer.runs(page.subtitle, color=MUTED))
    if page.answer:
        made += _paragraph(writer.runs(page.answer), "Answer")
    made += "".join(writer.block(block, size) for block in page.blocks)
    return made + _paragraph(writer.runs(page.footer), "Source")


def _plain(text: str, *, bold: bool) -> str:
    return f'<w:r><w:rPr>{"<w:b/>" if bold else ""}<w:color w:val="{INK}"/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def _paragraph(runs: str, style: str = "", align: str = "") -> str:
    properties = (f'<w:pStyle w:val="{style}"/>' if style else "") + (f'<w:jc w:val="{align}"/>' if align else "")
    return f"<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>"


def _row(cells: Sequence[str], widths: Sequence[int], numeric: Sequence[bool], *, head: bool = False) -> str:
    color, width = (INK, 8) if head else (RULE, 4)
    made = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/><w:tcBorders><w:bottom w:val="single" w:sz="{width}" w:color="{color}"/>'
        f"</w:tcBorders></w:tcPr>{_paragraph(cell, 'Cell', 'right' if right else '')}</w:tc>"
        for cell, wide, right in zip(cells, widths, numeric, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{made}</w:tr>"


def _types() -> str:
    parts = {
        "word/document.xml": f"{_WORD}.document.main+xml",
        "word/styles.xml": f"{_WORD}.styles+xml",
        "word/numbering.xml": f"{_WORD}.numbering+xml",
        "word/footer1.xml": f"{_WORD}.footer+xml",
        "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in parts.items())
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relations(*relations: tuple[str, str, str, bool]) -> str:
    made = "".join(
        f'<Relationship Id="{who}" Type="{kind}" Target={quoteattr(target)}{" TargetMode=" + quoteattr("External") if outside else ""}/>'
        for who, kind, target, outside in relations
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{made}</Relationships>'


def _core(deck: Deck, page: Summary) -> str:
    made = f"{deck.date.isoformat()}T00:00:00Z"
    title = escape(printable(resolve(page.title, deck.displays)))
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{title}</dc:title><dc:creator>Seven Steps to Poem</dc:creator><dc:identifier>{escape(deck.problem_id)}</dc:identifier>"
        f"<dc:language>{LANG_TAG[deck.language]}</dc:language>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{made}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{made}</dcterms:modified></cp:coreProperties>'
    )


def _styles(deck: Deck, size: float) -> str:
    lang = LANG_TAG[deck.language]
    east = f' w:eastAsia="{lang}"' if deck.language == "zh" else ""
    defaults = (
        f'<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:cs="{FONT}" w:eastAsia="{FONT_EAST_ASIAN}"/>'
        f'<w:color w:val="{TEXT}"/><w:sz w:val="{round(size * 2)}"/><w:lang w:val="{lang}"{east}/></w:rPr></w:rPrDefault>'
        f'<w:pPrDefault><w:pPr><w:spacing w:after="{round(size * 10)}" w:line="252" w:lineRule="auto"/></w:pPr></w:pPrDefault>'
        "</w:docDefaults>"
    )
    styles = (
        _style("Normal", "Normal", "", "", default=True)
        + _style(
            "Heading1",
            "heading 1",
            f'<w:keepNext/><w:spacing w:after="{round(size * 8)}"/><w:outlineLvl w:val="0"/>',
            _type(size * 1.65, INK),
        )
        + _style(
            "Heading2",
            "heading 2",
            f'<w:keepNext/><w:spacing w:before="{round(size * 18)}" w:after="{round(size * 8)}"/><w:outlineLvl w:val="1"/>',
            _type(size * 1.08, TEAL),
        )
        + _style(
            "Answer", "Answer", f'<w:pBdr><w:top w:val="single" w:sz="6" w:space="6" w:color="{TEAL}"/></w:pBdr>', _type(size * 1.22, INK)
        )
        + _style("ListBullet", "List Bullet", '<w:numPr><w:numId w:val="1"/></w:numPr><w:ind w:left="284" w:hanging="227"/>', "")
        + _style("Cell", "Cell", '<w:spacing w:before="50" w:after="50" w:line="240"/>', f'<w:sz w:val="{round(size * 2 * SMALLER)}"/>')
        + _style("After", "After a table", '<w:spacing w:after="0" w:line="120" w:lineRule="exact"/>', "")
        + _style("Source", "Source", '<w:spacing w:before="40"/>', f'<w:color w:val="{MUTED}"/><w:sz w:val="{round(size * 1.56)}"/>')
    )
    return f"{_HEAD}<w:styles {_W}>{defaults}{styles}</w:styles>"


def _style(who: str, name: str, paragraph: str, run: str, *, default: bool = False) -> str:
    based = "" if default else '<w:basedOn w:val="Normal"/>'
    marked = ' w:default="1"' if default else ""
    return (
        f'<w:style w:type="paragraph"{marked} w:styleId="{who}"><w:name w:val="{name}"/>{based}<w:qFormat/>'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def _type(size: float, color: str) -> str:
    return f'<w:b/><w:color w:val="{color}"/><w:sz w:val="{round(size * 2)}"/>'


def _numbering() -> str:
    level = '<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="&#8226;"/><w:lvlJc w:val="left"/></w:lvl>'
    listed = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    return f'{_HEAD}<w:numbering {_W}><w:abstractNum w:abstractNumId="0">{level}</w:abstractNum>{listed}</w:numbering>'


def _footer() -> str:
    size = '<w:rPr><w:color w:val="5B6774"/><w:sz w:val="16"/></w:rPr>'
    field = f'<w:fldSimple w:instr=" PAGE "><w:r>{size}<w:t>1</w:t></w:r></w:fldSimple>'
    return f"{_HEAD}<w:ftr {_W}>{_paragraph(field, '', 'right')}</w:ftr>"
