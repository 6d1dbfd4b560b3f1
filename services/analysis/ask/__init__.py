"""Answering one stated question from the data: parse, check that all of it is understood, compute, or abstain with the reason."""
