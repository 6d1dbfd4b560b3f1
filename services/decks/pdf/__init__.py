"""Pages as vector drawings, set by Typst: the PDF of a deck and the pictures of its slides."""
