"""Asks datashader how it colours grids of counts, and of numbers, of several categories, and writes mixed.json.

    pip install -r tests/references/requirements.txt
    python tests/references/mixed.py

A baseline is asked of floats with NaN for 0: taken off unsigned counts, it wraps round below zero there. Numbers are what
ds.by(category, ds.sum(weight)) and the like give: NaN where a category has no row. Colours are red, green, blue and opacity of each cell, as hexadecimal text.
"""

import json
import pathlib

import datashader.transfer_functions as tf
import numpy as np
import xarray as xr

WIDTH, HEIGHT = 20, 15
KEY = ["#e41a1c", "#377eb8", "#4daf4a", "#984ea3", "#ff7f00"]


def counts(categories, most, empty):
    """Whole numbers of which a share is 0 and few are large."""
    cells = np.arange(WIDTH * HEIGHT * categories, dtype=np.uint64)
    spread = (cells * 2_654_435_761 % 2**32) / 2**32
    full = ((spread - empty) / (1 - empty)) ** 6 * most + 1
    return np.where(spread < empty, 0, full).astype(np.uint32).reshape(HEIGHT, WIDTH, categories)


def numbers(categories, low, high, empty):
    """What weights may come to: of any size and sign, in steps that f32 holds, and NaN for a share."""
    cells = np.arange(WIDTH * HEIGHT * categories, dtype=np.uint64)
    spread = (cells * 2_654_435_761 % 2**32) / 2**32
    full = np.round((low + (high - low) * ((spread - empty) / (1 - empty)) ** 3) * 8) / 8
    return np.where(spread < empty, np.nan, full).reshape(HEIGHT, WIDTH, categories)


def rgba(values, how, baseline):
    names = [f"c{k}" for k in range(values.shape[2])]
    array = xr.DataArray(values, dims=["y", "x", "c"], coords={"c": names})
    image = tf.shade(array, color_key=KEY, how=how, color_baseline=baseline)
    return np.asarray(image.values, dtype=np.uint32).astype("<u4").view(np.uint8).tobytes().hex()


def records():
    for categories, most, empty in [(1, 60, 0.5), (2, 300, 0.6), (3, 5000, 0.8), (5, 4_000_000, 0.7), (3, 200, 0.0)]:
        grid = counts(categories, most, empty)
        for how in ("linear", "log", "cbrt", "eq_hist"):
            for baseline in (None, 3) if empty else (None,):
                values = grid if baseline is None else np.where(grid == 0, np.nan, grid.astype(np.float64))
                yield {
                    "how": how,
                    "baseline": baseline,
                    "counts": [grid[:, :, k].ravel().tolist() for k in range(categories)],
                    "rgba": rgba(values, how, baseline),
                }
    for categories, low, high, empty in [(1, 0, 90, 0.3), (3, -40, 250, 0.6), (4, 20, 9000, 0.0)]:
        grid = numbers(categories, low, high, empty)
        columns = [grid[:, :, k].ravel() for k in range(categories)]
        for how in ("linear", "log", "cbrt", "eq_hist"):
            for baseline in (None, 30.5):
                yield {
                    "how": how,
                    "baseline": baseline,
                    "values": [[None if np.isnan(value) else value for value in column] for column in columns],
                    "rgba": rgba(grid, how, baseline),
                }


if __name__ == "__main__":
    lines = [json.dumps(record) for record in records()]
    pathlib.Path(__file__).with_name("mixed.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")
    print(f"{len(lines)} records")
