"""The deck told aloud: which cited sentences are said, how their numbers are said, and the sound and film made of them."""
