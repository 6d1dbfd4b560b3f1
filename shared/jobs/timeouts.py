"""How a handler learns that its time is up."""

from billiard.exceptions import SoftTimeLimitExceeded

JobTimeoutError = SoftTimeLimitExceeded
"""Raised inside a handler when its job's time limit has passed; thirty seconds later its process is killed."""
