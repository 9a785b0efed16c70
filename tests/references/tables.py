"""Asks pandas what it makes of tables, pivoted and correlated, and writes tables.json.

    pip install -r tests/references/requirements.txt
    python tests/references/tables.py FOLDER

FOLDER holds flights.csv and iris.csv of github.com/mwaskom/seaborn-data. Pivots with a reduction are `pandas.pivot_table`, those
without `DataFrame.pivot`, correlations `DataFrame.corr(numeric_only=True)`, and of columns far from zero those of whole fractions. The columns stand beside the answers, so that a test needs
no file of its own. Floats are texts, so that JSON cannot round them.
"""

import json
import math
import pathlib
import sys
from fractions import Fraction

import numpy as np
import pandas as pd

FOLDER = pathlib.Path(__file__).parent
DATA = pathlib.Path(sys.argv[1])
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November"]
MONTHS += ["December"]
WEEKDAYS = ["Mon", "Tue", "Wed", "Thur", "Fri", "Sat", "Sun"]

# heatbin's names, and pandas'.
REDUCTIONS = {
    "mean": "mean",
    "sum": "sum",
    "count": "count",
    "min": "min",
    "max": "max",
    "median": "median",
    "std:1": "std",
    "std:0": lambda v: v.std(ddof=0),
    "var:1": "var",
    "first": "first",
    "last": "last",
    "distinct": "nunique",
    "quantile:0.9": lambda v: v.quantile(0.9),
    "mode": lambda v: v.mode().iloc[0] if v.notna().any() else np.nan,
}


def texts(values):
    return [repr(float(value)) for value in np.ravel(values)]


def labels(index):
    return [str(label) for label in index]


def pivot(frame, row, column, value, name):
    if name is None:
        table = frame.pivot(index=row, columns=column, values=value)
    else:
        table = frame.pivot_table(index=row, columns=column, values=value, aggfunc=REDUCTIONS[name], observed=True)

    def of(index):
        index = index.categories[index.codes] if isinstance(index, pd.CategoricalIndex) else index
        return list(index.format()) if hasattr(index, "format") else labels(index.astype(str))

    return {
        "row": row,
        "column": column,
        "value": value,
        "reduction": name,
        "rows": of(table.index),
        "columns": of(table.columns),
        "values": texts(table.to_numpy(dtype=float)),
    }


def columns_of(frame):
    out = []
    for name in frame.columns:
        series = frame[name]
        if pd.api.types.is_datetime64_any_dtype(series):
            days = (series - pd.Timestamp("1970-01-01")) / pd.Timedelta(days=1)
            out.append({"name": name, "kind": "time", "values": texts(days)})
        elif pd.api.types.is_bool_dtype(series):
            out.append({"name": name, "kind": "boolean", "values": texts(series.astype(float))})
        elif pd.api.types.is_numeric_dtype(series):
            out.append({"name": name, "kind": "number", "values": texts(series)})
        else:
            values = [None if pd.isna(value) else str(value) for value in series]
            out.append({"name": name, "kind": "text", "values": values})
    return out


def case(name, frame, pivots=(), correlate=True):
    correlations = {}
    for method in ("pearson", "spearman", "kendall") if correlate else ():
        answer = frame.corr(method=method, numeric_only=True)
        correlations[method] = {"names": labels(answer.columns), "values": texts(answer)}
    return {
        "name": name,
        "columns": columns_of(frame),
        "pivots": [pivot(frame, *asked) for asked in pivots],
        "correlations": correlations,
    }


def long_table():
    """Keys of every kind, some missing; values with ties, gaps and magnitudes."""
    rng = np.random.default_rng(7)
    count = 400
    frame = pd.DataFrame(
        {
            "month": pd.Categorical(rng.choice(MONTHS, count), MONTHS, ordered=True),
            "day": pd.Categorical(rng.choice(WEEKDAYS, count), WEEKDAYS, ordered=True),
            "place": rng.choice(["b", "B", "a", "é", "Z"], count),
            "year": rng.integers(1949, 1953, count),
            "level": rng.choice([0.5, 1.0, 2.25, -3.0, 1e-05], count),
            "date": pd.Timestamp("2001-01-01") + pd.to_timedelta(rng.integers(0, 4, count), "D"),
            "flag": rng.random(count) < 0.5,
            "value": np.round(rng.normal(1000, 50, count), 1),
        }
    )
    frame.loc[rng.random(count) < 0.2, "value"] = np.nan
    frame.loc[rng.random(count) < 0.1, "level"] = np.nan
    frame.loc[rng.random(count) < 0.1, "place"] = None
    frame.loc[frame["place"] == "Z", "value"] = np.nan
    return frame


def exact(frame):
    """Pearson's correlations without rounding: far from zero pandas keeps half of the digits."""
    columns = [[Fraction(value) for value in frame[name]] for name in frame.columns]
    off = [[value - sum(column) / len(column) for value in column] for column in columns]
    dot = [[float(sum(a * b for a, b in zip(x, y))) for y in off] for x in off]
    values = [dot[x][y] / math.sqrt(dot[x][x] * dot[y][y]) for x in range(len(off)) for y in range(len(off))]
    answer = {"names": labels(frame.columns), "values": texts(values)}
    return {"name": "far from zero", "columns": columns_of(frame), "pivots": [], "correlations": {"pearson": answer}}


def numbers(count, width, seed, far=100):
    """Columns with ties, gaps, constants, infinities, and a mean that is not zero."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(count, width)), columns=[f"c{nth}" for nth in range(width)])
    frame["sum"] = frame["c0"] * 2 + frame["c1"] * 0.1
    frame["ties"] = rng.integers(0, 5, count)
    frame["far"] = far + rng.normal(size=count) + frame["c0"]
    frame["constant"] = 0.1
    frame["gaps"] = frame["c1"].where(rng.random(count) < 0.6)
    frame["others"] = (frame["c0"] + frame["ties"]).where(rng.random(count) < 0.6)
    frame["infinite"] = frame["c1"].mask(rng.random(count) < 0.05, np.inf)
    frame["few"] = frame["c0"].where(np.arange(count) < 2)
    frame["one"] = frame["c0"].where(np.arange(count) < 1)
    frame["missing"] = np.nan
    frame["flag"] = rng.random(count) < 0.3
    frame["name"] = "text"
    return frame


flights = pd.read_csv(DATA / "flights.csv")
flights["month"] = pd.Categorical(flights["month"], list(dict.fromkeys(flights["month"])), ordered=True)
long = long_table()
keys = [("month", "year"), ("day", "place"), ("level", "flag"), ("date", "month"), ("place", "level"), ("year", "year2")]
long["year2"] = long["year"] % 3
cases = [
    case("flights", flights, [("month", "year", "passengers", None), ("month", "year", "passengers", "mean")]),
    case("iris", pd.read_csv(DATA / "iris.csv")),
    case("long", long, [(*pair, "value", name) for pair in keys for name in REDUCTIONS], correlate=False),
    case("numbers", numbers(300, 3, 1)),
    case("many rows", numbers(1500, 2, 2)[["c0", "ties", "far", "gaps", "sum"]]),
    exact(numbers(300, 2, 4, far=1e9)[["c0", "ties", "far", "sum"]]),
    case("two rows", numbers(2, 2, 3)[["c0", "c1", "constant"]]),
]
(FOLDER / "tables.json").write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
