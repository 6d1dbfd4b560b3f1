"""Fixtures every test may use; each family has its own module in tests/fixtures."""

pytest_plugins = ["tests.fixtures.platform", "tests.fixtures.runs"]
