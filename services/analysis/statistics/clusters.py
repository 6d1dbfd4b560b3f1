"""Clusters of rows: k-means, how well they part (silhouette), and whether another look finds the same ones."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.analysis.statistics.tails import t_two_sided

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
SEED = 20_240_101
MOST_CLUSTERS = 5
RESTARTS, ROUNDS = 4, 40
STILL = 1e-6  # how little every centre must move for a round to be the last; rows are on standard scales
SILHOUETTE_ROWS = 500


@dataclass(frozen=True)
class Clusters:
    """Centres (k x measures, in the units of the rows), each row's cluster, and the mean silhouette on a part of the rows."""

    centres: Floats
    codes: Codes
    silhouette: float


def k_means(rows: Floats, k: int, seed: int = SEED) -> tuple[Floats, Codes]:
    """Return centres and codes of the best of a few starts (Arthur and Vassilvitskii 2007 choose the starts, Lloyd 1982 the rest)."""
    generator = np.random.default_rng(seed)
    best: tuple[float, Floats, Codes] | None = None
    for _ in range(RESTARTS):
        centres = _starts(rows, k, generator)
        for _ in range(ROUNDS):
            member = (nearest(rows, centres)[:, None] == np.arange(k)).astype(np.float64)
            sizes = member.sum(axis=0)[:, None]
            moved = np.where(sizes > 0, member.T @ rows / np.maximum(sizes, 1.0), centres)
            if np.abs(moved - centres).max() <= STILL:
                break
            centres = moved
        codes = nearest(rows, centres)
        spread = float(((rows - centres[codes]) ** 2).sum())
        if best is None or spread < best[0] - 1e-9:
            best = (spread, centres, codes)
    assert best is not None
    order = np.lexsort(best[1].T[::-1])  # by the first measure, so that names do not depend on the start
    places = np.empty(k, dtype=np.int64)
    places[order] = np.arange(k)
    return best[1][order], places[best[2]]


def _starts(rows: Floats, k: int, generator: np.random.Generator) -> Floats:
    chosen = [rows[generator.integers(len(rows))]]
    while len(chosen) < k:
        distance = _squares(rows, np.array(chosen)).min(axis=1)
        total = float(distance.sum())
        chosen.append(rows[generator.choice(len(rows), p=distance / total) if total > 0 else generator.integers(len(rows))])
    return np.array(chosen)


def _squares(rows: Floats, centres: Floats) -> Floats:
    squares: Floats = (rows**2).sum(axis=1)[:, None] - 2 * rows @ centres.T + (centres**2).sum(axis=1)
    return np.maximum(squares, 0.0)


def nearest(rows: Floats, centres: Floats) -> Codes:
    """Return the place of the centre nearest to each row."""
    # The square of the distance, but for that of the row itself, which is the same whatever the centre.
    places: Codes = np.argmin((centres**2).sum(axis=1) - 2 * rows @ centres.T, axis=1)
    return places


def silhouette(rows: Floats, codes: Codes) -> float:
    """Return the mean silhouette (Rousseeuw 1987) of the first rows, 0 where there is one cluster."""
    x, c = rows[:SILHOUETTE_ROWS], codes[:SILHOUETTE_ROWS]
    present = np.unique(c)
    if len(present) < 2:
        return 0.0
    distance = np.sqrt(_squares(x, x))
    member = (c[:, None] == present[None, :]).astype(float)
    sizes = member.sum(axis=0)
    totals = distance @ member
    own = np.searchsorted(present, c)
    inside = totals[np.arange(len(x)), own] / np.maximum(sizes[own] - 1, 1)
    others = totals / sizes
    others[np.arange(len(x)), own] = np.inf
    outside = others.min(axis=1)
    scores = np.where(sizes[own] > 1, (outside - inside) / np.maximum(np.maximum(outside, inside), 1e-300), 0.0)
    return float(scores.mean())


def best_clusters(rows: Floats) -> Clusters:
    """Return the clusters, two to five, that part best by their silhouette; fewer where more part no better."""
    found: Clusters | None = None
    for k in range(2, MOST_CLUSTERS + 1):
        centres, codes = k_means(rows, k)
        score = silhouette(rows, codes)
        if found is None or score > found.silhouette + 0.02:
            found = Clusters(centres, codes, score)
    assert found is not None
    return found


def silhouettes_of_one_cloud(rows: Floats, k: int, draws: int) -> list[float]:
    """Return the silhouettes that k-means finds in single normal clouds of the rows' own covariance: what no clusters look like."""
    generator = np.random.default_rng(SEED)
    covariance = np.atleast_2d(np.cov(rows.T))
    clouds = (generator.multivariate_normal(rows.mean(axis=0), covariance, size=len(rows)) for _ in range(draws))
    return [silhouette(cloud, k_means(cloud, k)[1]) for cloud in clouds]


def silhouettes_of_shuffled_columns(rows: Floats, k: int, draws: int) -> list[float]:
    """Return the silhouettes that k-means finds where each column is shuffled by itself: its shape stays, what binds it to others goes."""
    generator = np.random.default_rng(SEED)
    mixed = (np.column_stack([generator.permutation(column) for column in rows.T]) for _ in range(draws))
    return [silhouette(each, k_means(each, k)[1]) for each in mixed]


def beyond(score: float, chance: list[float]) -> float:
    """Return the one-sided p value of a score among draws of chance, by the prediction interval of one more normal draw (Student's t)."""
    n, mean = len(chance), float(np.mean(chance))
    spread = float(np.std(chance, ddof=1)) * math.sqrt(1 + 1 / n)
    if score <= mean:
        return 1.0
    return t_two_sided((score - mean) / spread, n - 1) / 2 if spread > 0 else 0.0


def agreement(first: Codes, second: Codes) -> float:
    """Return the adjusted Rand index of two partitions (Hubert and Arabie 1985)."""
    table = np.zeros((int(first.max()) + 1, int(second.max()) + 1))
    np.add.at(table, (first, second), 1.0)

    def pairs(n: Floats) -> float:
        return float((n * (n - 1) / 2).sum())

    both, rows, columns = pairs(table.ravel()), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    expected = rows * columns / max(pairs(np.array([float(len(first))])), 1.0)
    most = (rows + columns) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)


def stability(rows: Floats, k: int, looks: int = 5) -> float:
    """Return the lowest agreement between clusters found on halves of the rows, both carried to all rows (Ben-Hur and others 2002)."""
    generator = np.random.default_rng(SEED)
    lowest = 1.0
    for _ in range(looks):
        mixed = generator.permutation(len(rows))
        halves = (mixed[: len(rows) // 2], mixed[len(rows) // 2 :])
        first, second = (nearest(rows, k_means(rows[half], k)[0]) for half in halves)
        lowest = min(lowest, agreement(first, second))
    return lowest
