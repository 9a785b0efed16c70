"""Asks scipy how it clusters iris, flights and random numbers, and writes clusters.json.

    pip install -r tests/references/requirements.txt
    python tests/references/clusters.py

Each table is there once, row by row; each of its answers has every method that scipy allows for the metric. The file stays small: heights
have twelve digits, distances are told by sums, and merges, leaves and flat clusters by hashes of whole numbers. Floats are texts, so that
JSON cannot round them. `length` is the sum of the distances between neighbours after scipy's optimal ordering; of small tables `least` is
that of the best of all orders.
"""

import hashlib
import itertools
import json
import pathlib

import numpy as np
import pandas as pd
from scipy.cluster import hierarchy
from scipy.spatial.distance import pdist, squareform

from cases import text

FOLDER = pathlib.Path(__file__).parent
DATA = FOLDER.parent.parent / "examples" / "data"
METRICS = [
    "euclidean", "sqeuclidean", "cityblock", "cosine", "correlation", "chebyshev", "jaccard", "hamming", "canberra",
    "braycurtis", "minkowski", "seuclidean",
]  # fmt: skip
METHODS = ["single", "complete", "average", "weighted", "centroid", "median", "ward"]
EUCLIDEAN = ("centroid", "median", "ward")


def texts(values):
    return [text(value) for value in np.asarray(values, dtype=np.float64).ravel()]


def spread_out(count, seed):
    """Numbers from 0 to 1 in no order."""
    cells = np.arange(count, dtype=np.uint64)
    return ((cells + np.uint64(seed)) * np.uint64(2_654_435_761) % 2**32) / 2**32


def tables():
    iris = pd.read_csv(DATA / "iris.csv").iloc[:, :4].to_numpy()
    flights = pd.read_csv(DATA / "flights.csv").pivot_table(index="month", columns="year", values="passengers", sort=False)
    # No two alike; then many alike, with a zero here and there.
    smooth = spread_out(60 * 7, 1).reshape(60, 7)
    smooth = smooth * smooth.T.sum() ** 0.5 + np.sqrt(spread_out(60 * 7, 99_991)).reshape(60, 7)
    rough = np.floor(spread_out(90 * 4, 17) ** 2 * 4).reshape(90, 4)
    rough[:, 3] += 1
    rough[:, 0] = np.where(rough.std(axis=1) == 0, 9, rough[:, 0])
    return {
        "iris": iris,
        "iris, columns": iris.T,
        "flights": flights.to_numpy().astype(float),
        "flights, columns": flights.to_numpy().astype(float).T,
        "random": smooth,
        "ties": rough,
    }


def hashed(numbers):
    return hashlib.sha256(np.asarray(numbers, dtype="<u4").tobytes()).hexdigest()[:16]


def sums(values):
    """Enough of some distances to know them by."""
    places = np.arange(1, len(values) + 1)
    return texts([values[0], values[-1], values.sum(), (values * places).sum(), (values / places).sum()])


def linkage(distances, method):
    z = hierarchy.linkage(distances, method)
    answer = {
        "method": method,
        "heights": " ".join(f"{height:.12g}" for height in z[:, 2]),
        "merges": hashed(z[:, [0, 1, 3]].ravel()),
        "leaves": hashed(hierarchy.leaves_list(z)),
        "clusters": {k: hashed(hierarchy.fcluster(z, k, "maxclust")) for k in (1, 2, 3, 5, 17, 1000)},
    }
    assert list(hierarchy.leaves_list(z)) == hierarchy.dendrogram(z, no_plot=True, color_threshold=0)["leaves"]
    ordered = hierarchy.leaves_list(hierarchy.optimal_leaf_ordering(z, distances))
    return answer | {"length": text(length(ordered, squareform(distances)))}


def length(order, square):
    return sum(square[a, b] for a, b in itertools.pairwise(order))


def every_order(z, n):
    """All orders of the leaves that a tree allows."""
    orders = [[[leaf]] for leaf in range(n)]
    for left, right in z[:, :2].astype(int):
        pairs = list(itertools.product(orders[left], orders[right]))
        orders.append([a + b for a, b in pairs] + [b + a for a, b in pairs])
    return orders[-1]


def records():
    for name, table in tables().items():
        answers = []
        for metric in [*METRICS, "minkowski:3"]:
            options = {"p": 3} if metric == "minkowski:3" else {}
            distances = pdist(table, metric.split(":")[0], **options)
            if not np.isfinite(distances).all():
                answers.append({"metric": metric, "linkages": []})
                continue
            methods = [m for m in METHODS if m not in EUCLIDEAN or metric in ("euclidean", "minkowski")]
            answers.append({
                "metric": metric,
                "distances": sums(distances),
                "linkages": [linkage(distances, method) for method in methods],
            })  # fmt: skip
        yield {"name": name, "shape": table.shape, "table": texts(table), "answers": answers}
    for seed in range(20):
        table = spread_out(8 * 3, 1000 + 77 * seed).reshape(8, 3)
        distances = pdist(table)
        z = hierarchy.linkage(distances, "average")
        square = squareform(distances)
        least = min(length(order, square) for order in every_order(z, 8))
        found = length(hierarchy.leaves_list(hierarchy.optimal_leaf_ordering(z, distances)), square)
        yield {"name": "orders", "shape": table.shape, "table": texts(table), "least": text(least), "scipy": text(found)}
    yield from scalings()


def scalings():
    """As seaborn's ClusterGrid scales a frame."""
    frame = pd.read_csv(DATA / "iris.csv").iloc[:, :4]
    for axis in (0, 1):
        data = frame.T if axis == 0 else frame
        scaled = {
            "z_score": (data - data.mean()) / data.std(),
            "standard_scale": (data - data.min()) / (data.max() - data.min()),
        }
        for name, values in scaled.items():
            values = values.T if axis == 0 else values
            yield {"name": name, "axis": axis, "values": texts(values.to_numpy().ravel()[::7])}


if __name__ == "__main__":
    lines = [json.dumps(record) for record in records()]
    (FOLDER / "clusters.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")
    print(f"clusters.json: {len(lines)} records")
