"""Bundled problems with synthetic data whose planted truth is written down."""
