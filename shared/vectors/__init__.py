"""Vectors: similar texts of one organization, by Qdrant."""

from shared.vectors.store import Match, Point, VectorStore, VectorStoreUnavailableError, get_vector_store

__all__ = ["Match", "Point", "VectorStore", "VectorStoreUnavailableError", "get_vector_store"]
