"""Embeddings: texts as vectors whose angle says how near they are in meaning, by a model that ships with the platform."""

from shared.embeddings.minilm import DIMENSIONS, embed

__all__ = ["DIMENSIONS", "embed"]
