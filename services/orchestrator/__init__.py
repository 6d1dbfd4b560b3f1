"""The worker process: Celery application, job list, beat."""
