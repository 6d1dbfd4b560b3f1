"""Problems: how one comes in, with its files, and how it is found again."""
