"""Plain HTML pages that need no script: what a click on a number of a deck opens, and what an error's type means."""
