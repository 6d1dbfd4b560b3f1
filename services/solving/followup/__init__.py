"""What became of the promise: the KPI as it is read 30 and 90 days on, beside the range that the recommendations promised."""
