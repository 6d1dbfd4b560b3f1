"""The list of embedded servers, in the order in which they are shown."""

from infra.embedded import graph_server, objects, postgres, valkey, vector_server
from infra.embedded.service import Service

SERVICES: tuple[Service, ...] = (postgres.SERVICE, valkey.SERVICE, graph_server.SERVICE, objects.SERVICE, vector_server.SERVICE)
