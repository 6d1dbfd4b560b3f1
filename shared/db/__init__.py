"""PostgreSQL: one engine per process, one unit of work per transaction, messages after commit."""

from shared.db.declarative import Base
from shared.db.engine import create_engine_for, dispose_engine, get_engine
from shared.db.transaction import after_commit, reading, transaction

__all__ = ["Base", "after_commit", "create_engine_for", "dispose_engine", "get_engine", "reading", "transaction"]
