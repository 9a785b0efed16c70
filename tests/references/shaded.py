"""Asks datashader how it colours one grid of counts, and writes shaded.json.

    pip install -r tests/references/requirements.txt
    python tests/references/shaded.py

Empty cells are masked, as datashader does with unsigned counts. Colours are red, green, blue and opacity of each count,
as hexadecimal text.
"""

import json
import pathlib

import datashader.transfer_functions as tf
import matplotlib
import numpy as np
import xarray as xr

WIDTH, HEIGHT = 30, 20


def counts(most):
    """Whole numbers of which half are 0 and few are large."""
    cells = np.arange(WIDTH * HEIGHT, dtype=np.uint64)
    spread = (cells * 2_654_435_761 % 2**32) / 2**32
    return np.where(spread < 0.5, 0, (spread * 2 - 1) ** 6 * most + 1).astype(np.uint32).reshape(HEIGHT, WIDTH)


def records():
    for most in (30, 5000, 60_000, 4_000_000):
        grid = counts(most)
        array = xr.DataArray(grid, dims=["y", "x"])
        for how in ("linear", "log", "cbrt", "eq_hist"):
            image = tf.shade(array, cmap=matplotlib.colormaps["viridis"], how=how)
            pixels = np.asarray(image.values, dtype=np.uint32).astype("<u4").view(np.uint8)
            yield {"how": how, "counts": grid.ravel().tolist(), "rgba": pixels.tobytes().hex()}


if __name__ == "__main__":
    lines = [json.dumps(record) for record in records()]
    pathlib.Path(__file__).with_name("shaded.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")
    print(f"{len(lines)} records")
