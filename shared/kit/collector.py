"""Garbage that is none: what a process has loaded stays for its life, and need not be looked through again and again."""

import gc


def settle() -> None:
    """Leave what is loaded by now out of every later collection. A long-lived process calls it once, when it is ready to work.

    Building ten thousand values makes the collector run many times; without this each full run also visits every module's objects.
    """
    gc.collect()
    gc.freeze()
