"""What Prometheus reads: requests, streams, and what the database says of runs and queues."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()
REQUESTS = Counter("sevensteps_requests_total", "Requests by method, route and status", ["method", "route", "status"], registry=REGISTRY)
REQUEST_SECONDS = Histogram("sevensteps_request_seconds", "Time to answer, by method and route", ["method", "route"], registry=REGISTRY)
STREAMS = Gauge("sevensteps_event_streams", "Open event streams", registry=REGISTRY)
PROBLEMS = Gauge("sevensteps_problems", "Problems by status", ["status"], registry=REGISTRY)
EXECUTIONS = Gauge("sevensteps_executions", "Executions by step and status", ["step", "status"], registry=REGISTRY)
STEP_SECONDS = Gauge("sevensteps_step_seconds_mean", "Mean seconds of the completed executions of a step", ["step"], registry=REGISTRY)
OLDEST_QUEUED = Gauge("sevensteps_oldest_queued_seconds", "Age of the oldest execution that waits for a worker", registry=REGISTRY)
OUTBOX = Gauge("sevensteps_outbox_messages", "Messages that have not left yet", registry=REGISTRY)
