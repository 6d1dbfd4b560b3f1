"""PowerPoint files: the only package that knows python-pptx."""
