"""Artifacts: what each planned analysis leaves behind as files, made from the analysis and stored by content."""
