"""Parquet to a log-scaled 1000 × 1000 PNG, as a user of DuckDB and matplotlib would write it.

    python duckdb_matplotlib.py points.parquet out.png
"""

import sys

import duckdb
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LogNorm

BINS = 1000
source, out = sys.argv[1:]

points = duckdb.read_parquet(source)
x0, x1, y0, y1 = duckdb.sql("SELECT min(x), max(x), min(y), max(y) FROM points").fetchall()[0]
cells = duckdb.sql(f"""
    SELECT
        least(floor((x - {x0!r}) * {BINS / (x1 - x0)!r}), {BINS - 1})::INTEGER AS i,
        least(floor((y - {y0!r}) * {BINS / (y1 - y0)!r}), {BINS - 1})::INTEGER AS j,
        count(*) AS n
    FROM points
    GROUP BY i, j
""").fetchnumpy()
counts = np.zeros((BINS, BINS))
counts[cells["j"], cells["i"]] = cells["n"]

figure, axes = plt.subplots()
image = axes.imshow(
    counts, extent=(x0, x1, y0, y1), origin="lower", aspect="auto", interpolation="nearest", norm=LogNorm()
)
axes.set(xlabel="x", ylabel="y")
figure.colorbar(image)
figure.savefig(out)
print(f"binned {int(counts.sum())}, most in a cell {int(counts.max())}")
