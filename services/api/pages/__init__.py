"""Plain HTML pages: what a click on a number of the deck opens, and the list of problems."""
