"""Parquet to a log-scaled 1000 × 1000 PNG, as datashader's own examples do it.

    python datashader_points.py points.parquet out.png [--twice]

With `--twice` the same is done once more in the same process, where the functions are compiled already; the seconds of
both are printed.
"""

import sys
import time

import datashader
import datashader.transfer_functions
import pandas

source, out = sys.argv[1:3]


def draw():
    points = pandas.read_parquet(source, columns=["x", "y"])
    counts = datashader.Canvas(1000, 1000).points(points, "x", "y")
    datashader.transfer_functions.shade(counts, how="log").to_pil().save(out)
    return counts


for _ in range(1 + ("--twice" in sys.argv)):
    start = time.perf_counter()
    counts = draw()
    print(f"binned {int(counts.sum())}, most in a cell {int(counts.max())}, {time.perf_counter() - start:.2f} s")
