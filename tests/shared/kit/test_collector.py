"""What a process has loaded is left out of later collections."""

import gc

from shared.kit.collector import settle


def test_what_is_loaded_is_left_alone_from_now_on() -> None:
    try:
        settle()
        assert gc.get_freeze_count() > 1000
        assert gc.isenabled()
    finally:
        gc.unfreeze()
