"""Asks scipy, datashader, seaborn and matplotlib what they make of cells and their neighbours, and writes density.json.

    pip install -r tests/references/requirements.txt
    python tests/references/density.py

Grids are small, indexed as numpy's H[x, y], and written cell by cell. Smoothing is `scipy.ndimage.gaussian_filter` with its
defaults; of means, which have no value where there is no row, that of mean times rows over that of rows. Spreading is datashader's on
aggregates. Shares of the mass are seaborn's, whose levels are the shares below. Contours are those of matplotlib (contourpy). Floats are
texts, so that JSON cannot round them.
"""

import json
import pathlib

import datashader.transfer_functions as tf
import matplotlib

matplotlib.use("Agg")
import matplotlib.figure
import numpy as np
import scipy.ndimage
import xarray as xr
from seaborn.distributions import _DistributionPlotter

from cases import text

NX, NY = 16, 11
SIGMAS = [[1.0, 1.0], [0.1, 0.1], [2.5, 0.0], [0.7, 4.0], [3.0, 3.0], [15.5, 10.0]]
SPREADS = [[px, shape] for px in (0, 1, 2, 5) for shape in ("circle", "square")]
DYNSPREADS = [[threshold, px, "circle"] for threshold in (0.0, 0.5, 1.0) for px in (0, 3, 5)] + [[0.9, 3, "square"]]
SHARES = [0.1, 0.25, 0.5, 0.9, 0.99]


def spread_out(seed):
    """Numbers from 0 to 1 in no order."""
    cells = np.arange(NX * NY, dtype=np.uint64)
    return ((cells + np.uint64(seed)) * np.uint64(2_654_435_761) % 2**32) / 2**32


def counts(share, most):
    """Counts of which only a share is not 0, few of them large."""
    spread = spread_out(7)
    return np.where(spread >= share, 0, (spread / share) ** 4 * most + 1).astype(np.uint32).reshape(NX, NY)


def hill():
    """Counts of two hills, with rough sides."""
    x, y = np.meshgrid(np.arange(NX), np.arange(NY), indexing="ij")
    hills = 900 * np.exp(-((x - 5) ** 2 + (y - 4) ** 2) / 30) + 400 * np.exp(-((x - 12) ** 2 + (y - 7) ** 2) / 20)
    return (hills + 30 * spread_out(3).reshape(NX, NY)).astype(np.uint32)


GRIDS = {
    "dense": counts(0.9, 500),
    "sparse": counts(0.05, 10),
    "single": counts(0.004, 10),
    "empty": np.zeros((NX, NY), np.uint32),
    "hill": hill(),
}


def texts(values):
    return [text(value) for value in np.asarray(values, dtype=np.float64).ravel()]


def filters(grid):
    array = xr.DataArray(grid.T.copy(), dims=["y", "x"])  # datashader's rows are y

    def flat(image):
        return np.asarray(image.values).T.ravel().tolist()

    yield "smooth", [[sigma, texts(scipy.ndimage.gaussian_filter(grid.astype(float), sigma))] for sigma in SIGMAS]
    yield "spread", [[px, shape, flat(tf.spread(array, px, shape))] for px, shape in SPREADS]
    yield "dynspread", [
        [text(threshold), px, shape, flat(tf.dynspread(array, threshold, px, shape))] for threshold, px, shape in DYNSPREADS
    ]


def contours(grid):
    """The lines of each level as lists of x0, y0, x1, y1, ..., in cells from the first centre."""
    axes = matplotlib.figure.Figure().subplots()
    levels = [0.5, 20.0, 100.25, 333.3, 800.0]
    drawn = axes.contour(grid.T, levels=levels, algorithm="serial")
    for level, lines in zip(levels, drawn.allsegs):
        yield [text(level), [texts(line) for line in lines if len(line)]]


def records():
    for name, grid in GRIDS.items():
        record = {"name": name, "counts": grid.ravel().tolist(), **dict(filters(grid))}
        if name in ("dense", "hill"):
            shares = _DistributionPlotter()._quantile_to_level(grid, 1 - np.array(SHARES))
            record["shares"] = [[text(share), text(level)] for share, level in zip(SHARES, shares)]
            record["contours"] = list(contours(grid))
        yield record
    rows = GRIDS["sparse"] + GRIDS["single"]
    means = np.where(rows > 0, (spread_out(11).reshape(NX, NY) - 0.5) * 1e3, np.nan)
    weighed = [
        [sigma, scipy.ndimage.gaussian_filter(np.where(rows > 0, means * rows, 0), sigma)
         / np.where(rows > 0, scipy.ndimage.gaussian_filter(rows.astype(float), sigma), np.nan)]
        for sigma in SIGMAS
    ]  # fmt: skip
    array = xr.DataArray(means.T.copy(), dims=["y", "x"])
    yield {
        "name": "means",
        "counts": rows.ravel().tolist(),
        "means": texts(means),
        "smooth": [[sigma, texts(values)] for sigma, values in weighed],
        "spread": [[px, shape, texts(tf.spread(array, px, shape).values.T)] for px, shape in SPREADS],
        "dynspread": [
            [text(threshold), px, shape, texts(tf.dynspread(array, threshold, px, shape).values.T)]
            for threshold, px, shape in DYNSPREADS
        ],
    }


if __name__ == "__main__":
    lines = [json.dumps(record) for record in records()]
    pathlib.Path(__file__).with_name("density.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")
    print(f"density.json: {len(lines)} records")
