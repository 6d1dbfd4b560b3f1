"""Jobs: messages that leave after commit, the outbox they leave from, and the Celery application that carries them."""
