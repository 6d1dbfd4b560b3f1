"""`python -m services.cli` is `sevensteps`."""

from services.cli.main import main

main()
