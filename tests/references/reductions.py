"""Asks scipy, numpy and matplotlib what they make of weights in cells, and writes reductions.json.

    pip install -r tests/references/requirements.txt
    python tests/references/reductions.py

For rectangles `scipy.stats.binned_statistic_2d` (its own statistics where it has them, else numpy's functions of the values
of a cell), for hexagons `Axes.hexbin` with `C` and `reduce_C_function`. Rows that are not finite in one of the columns are taken
out before asking, and are `missing`; columns of f32 are widened first. Floats are texts, so that JSON cannot round them.
"""

import json
import math
import pathlib
import warnings

import matplotlib

matplotlib.use("Agg")
import matplotlib.figure
import numpy as np
import scipy.stats

import cases
import generators

FOLDER = pathlib.Path(__file__).parent
EMPTY = -1.25e300  # what a hexagon without rows answers: matplotlib drops NaN

# The value of a cell by its weights, in the order of the rows; what scipy has a name for goes by that.
FUNCTIONS = {
    "count": len,
    "any": lambda w: float(len(w) > 0),
    "sum": np.sum,
    "mean": np.mean,
    "min": np.min,
    "max": np.max,
    "std": np.std,
    "std:1": lambda w: np.std(w, ddof=1),
    "var": np.var,
    "var:1": lambda w: np.var(w, ddof=1),
    "first": lambda w: w[0],
    "last": lambda w: w[-1],
    "median": np.median,
    "quantile:0.9": lambda w: np.quantile(w, 0.9),
    "quantile:0.25": lambda w: np.quantile(w, 0.25),
    "mode": lambda w: scipy.stats.mode(w).mode,
    "distinct": lambda w: len(np.unique(w)),
}
NAMED = ("count", "sum", "mean", "min", "max", "std", "median")
NOTHING = {"count": 0.0, "any": 0.0, "sum": 0.0, "distinct": 0.0}


def applied(name):
    """The function, also of no weights."""
    return lambda w: FUNCTIONS[name](np.asarray(w)) if len(w) else NOTHING.get(name, math.nan)


def hist2d(case, x, y, w):
    extent = [[float(end) for end in axis] for axis in case["range"]]

    def ask(statistic):
        return scipy.stats.binned_statistic_2d(x, y, w, statistic, bins=case["bins"], range=extent).statistic.ravel()

    def shares(**more):
        return np.histogram2d(x, y, bins=case["bins"], range=extent, **more)[0].ravel()

    answers = {name: ask(name if name in NAMED else applied(name)) for name in FUNCTIONS}
    answers["density"] = shares(weights=w, density=True)
    answers["probability"] = shares(weights=w) / shares(weights=w).sum()
    answers["density of rows"] = shares(density=True)
    answers["probability of rows"] = shares() / shares().sum()
    return answers


def hexbin(case, x, y, w):
    (x0, x1), (y0, y1) = ((float(low), float(high)) for low, high in case["range"])

    def ask(name):
        def of(values):
            return applied(name)(values) if values else EMPTY

        axes = matplotlib.figure.Figure().subplots()
        cells = axes.hexbin(
            x, y, C=w, gridsize=case["gridsize"], extent=(x0, x1, y0, y1), reduce_C_function=of, mincnt=0
        )
        offsets = cells.get_offsets()
        nx, ny = case["gridsize"]
        values = np.asarray(cells.get_array())
        if len(offsets) != (nx + 1) * (ny + 1) + nx * ny:
            # NaN, as of std:1 of one row, was dropped: put back where it belongs.
            every = axes.hexbin(x, y, gridsize=case["gridsize"], extent=(x0, x1, y0, y1)).get_offsets()
            kept = {tuple(offset): value for offset, value in zip(offsets, values)}
            values = np.array([kept.get(tuple(offset), math.nan) for offset in every])
        return np.where(values == EMPTY, NOTHING.get(name, math.nan), values)

    return {name: ask(name) for name in FUNCTIONS}


N = 20_000
UNIT = (cases.uniform(1, N, -0.1, 1.1), cases.uniform(2, N, 0.0, 1.0))
CELLS = [("hist2d", {"bins": [5, 4]}), ("hexbin", {"gridsize": [4, 3]})]
WEIGHTS = {
    "normal weights": cases.normal(3, N, 30.0, 5.0),
    "an offset of 1e9": cases.uniform(4, N, 1e9, 1e9 + 1.0),
    "few whole numbers": cases.integers(5, N, -3, 8),
    "missing weights": cases.holes(cases.normal(6, N), 7, 2),
    "weights in f32": cases.normal(7, N, 0.1, f32=True),
    "cents": cases.integers(8, N, 0, 100_000, 1.0, 100.0),
}


def all_cases():
    unit = [["0.0", "1.0"], ["0.0", "1.0"]]
    for kind, cells in CELLS:
        for name, w in WEIGHTS.items():
            yield {"kind": kind, "name": name, "x": UNIT[0], "y": UNIT[1], "w": w, **cells, "range": unit}
        few = [cases.uniform(9, 25, 0.0, 1.0), cases.uniform(10, 25, 0.0, 1.0), cases.integers(11, 25, 0, 3)]
        yield {"kind": kind, "name": "few rows", "x": few[0], "y": few[1], "w": few[2], **cells, "range": unit}


def answered(case):
    x, y, w = (generators.column(case[column]) for column in "xyw")
    finite = np.isfinite(x) & np.isfinite(y) & np.isfinite(w)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one row has no variance of a sample
        answers = {"hist2d": hist2d, "hexbin": hexbin}[case["kind"]](case, x[finite], y[finite], w[finite])
    values = {name: [cases.text(v) for v in values] for name, values in answers.items()}
    return case | {"missing": int(len(x) - finite.sum()), "values": values}


if __name__ == "__main__":
    records = [json.dumps(answered(case), ensure_ascii=True) for case in all_cases()]
    (FOLDER / "reductions.json").write_text("[\n" + ",\n".join(records) + "\n]\n")
    print(f"reductions.json: {len(records)} records")
