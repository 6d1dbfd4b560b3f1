"""The Celery application: a doorbell and a pool of processes. Durability is PostgreSQL's; every setting here says so.

Sources: Celery's "Configuration and defaults" and kombu's Redis transport; why, in docs/decisions/0002-the-broker-is-a-doorbell.md.
"""

from functools import cache
from urllib.parse import urlsplit, urlunsplit

from celery import Celery

from shared.settings import get_settings

# Redelivery is the sweep's work, minutes earlier and with a fencing token; Redis must never run a long step twice by itself.
_VISIBILITY_TIMEOUT = 43_200
_TRANSPORT = {
    "visibility_timeout": _VISIBILITY_TIMEOUT,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "health_check_interval": 15,
    "socket_keepalive": True,
    "socket_timeout": 30,
    "socket_connect_timeout": 5,
    "max_retries": 1,  # opening a connection to send: the outbox keeps what could not be sent
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.2,
}
_SETTINGS = {
    "task_serializer": "json",
    "accept_content": ["json"],
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "task_ignore_result": True,
    "task_store_errors_even_if_ignored": False,
    "task_create_missing_queues": True,
    "task_publish_retry": False,
    "worker_prefetch_multiplier": 1,
    # A step that goes on while the broker is away harms nobody: its lease keeps others out. Cancelling it would cost an attempt.
    "worker_cancel_long_running_tasks_on_connection_loss": False,
    "worker_max_tasks_per_child": 100,
    "worker_max_memory_per_child": 2_000_000,  # KiB: a backstop against a leak, well above what a step needs
    "worker_soft_shutdown_timeout": 0,  # it sleeps its whole time out, done or not: services/orchestrator/worker.py bounds the warm one
    "worker_enable_remote_control": False,
    "worker_send_task_events": False,
    "worker_hijack_root_logger": False,
    "worker_redirect_stdouts": False,
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "visibility_timeout": _VISIBILITY_TIMEOUT,
    "broker_transport_options": _TRANSPORT,
    "result_backend_transport_options": _TRANSPORT,
}


def broker_url() -> str:
    """Return where messages wait: a database of its own, one after the caches', so that neither can evict the other."""
    settings = get_settings()
    if settings.broker_url is not None:
        return settings.broker_url.get_secret_value()
    parts = urlsplit(settings.store("REDIS_URL"))
    database = int(parts.path.strip("/") or 0) + 1
    return urlunsplit(parts._replace(path=f"/{database}"))


def get_app() -> Celery:
    """Return this process's application for the configured broker."""
    return _app(broker_url())


@cache
def _app(url: str) -> Celery:
    app = Celery("sevensteps", broker=url, set_as_current=True)
    app.conf.update(_SETTINGS)
    return app
