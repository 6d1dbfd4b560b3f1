"""Memory: what earlier problems asked, tested, found and advised, found again by meaning and by words, with the reason why."""
