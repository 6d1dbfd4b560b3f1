"""The executive summary, answer first: short on one page or long with all that the deck proves, as Markdown, PDF and DOCX."""

from services.decks.summary.docx import render_summary_docx
from services.decks.summary.markdown import render_summary_md
from services.decks.summary.pdf import render_summary_pdf

__all__ = ["render_summary_docx", "render_summary_md", "render_summary_pdf"]
