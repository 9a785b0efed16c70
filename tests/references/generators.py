"""Test columns from a few words, the same to the last bit here and in tests/integration/data.rs.

A column is described by an object with `gen` and the parameters of that generator; floats are strings, so that JSON cannot
round them. Randomness is SplitMix64 with a counter: draw k (from 0) of a seed is `mix(seed + (k + 1) * GAMMA)`.
Everything after it is integer arithmetic or one rounded f64 operation at a time, in the order written.
"""

import gzip
import pathlib

import numpy as np
import pyarrow.parquet

ROOT = pathlib.Path(__file__).resolve().parents[2]
GAMMA = 0x9E3779B97F4A7C15


def draws(seed, start, count, step=1):
    """Draws start, start + step, … of a seed, 53 bits each."""
    k = np.arange(count, dtype=np.uint64) * np.uint64(step) + np.uint64(start + 1)
    z = k * np.uint64(GAMMA) + np.uint64(seed)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (z ^ (z >> np.uint64(31))) >> np.uint64(11)


def uniform(spec):
    """offset + scale * u, with u in [0, 1)."""
    u = draws(spec["seed"], 0, spec["n"]).astype(np.float64) * 2.0**-53
    return u * float(spec["scale"]) + float(spec["offset"])


def normal(spec):
    """offset + scale * z, with z the sum of twelve uniforms, less 6: nearly normal, and exact everywhere."""
    z = np.zeros(spec["n"])
    for j in range(12):
        z += draws(spec["seed"], j, spec["n"], 12).astype(np.float64) * 2.0**-53
    z -= 6.0
    return z * float(spec["scale"]) + float(spec["offset"])


def integers(spec):
    """Whole numbers from `low`, `span` of them, times `times`, over `over`."""
    k = (draws(spec["seed"], 0, spec["n"]) % np.uint64(spec["span"])).astype(np.int64) + spec["low"]
    return k.astype(np.float64) * float(spec["times"]) / float(spec["over"])


def pick(spec):
    """One of some values."""
    values = np.array([float(v) for v in spec["values"]])
    return values[(draws(spec["seed"], 0, spec["n"]) % np.uint64(len(values))).astype(np.int64)]


def constant(spec):
    return np.full(spec["n"], float(spec["value"]))


def listed(spec):
    return np.array([float(v) for v in spec["values"]], dtype=np.float64)


def near_edges(spec):
    """Every edge of a linspace with its neighbours on both sides; each held for `hold` rows, then from the start again."""
    start, stop, bins = float(spec["start"]), float(spec["stop"]), spec["bins"]
    edges = np.arange(bins + 1) * ((stop - start) / bins) + start
    edges[-1] = stop
    near = np.stack([np.nextafter(edges, -np.inf), edges, np.nextafter(edges, np.inf)], axis=1).ravel()
    return near[np.arange(spec["n"]) // spec["hold"] % len(near)]


def concat(spec):
    return np.concatenate([column(part) for part in spec["parts"]])


def holes(spec):
    """A column in which every row whose number is `phase` modulo `every` is replaced, by turns, by one of `values`."""
    data = column(spec["of"])
    rows = np.arange(spec["phase"], len(data), spec["every"])
    values = np.array([float(v) for v in spec["values"]])
    data[rows] = values[np.arange(len(rows)) % len(values)]
    return data


def file(spec):
    path = ROOT / spec["path"]
    if path.suffix == ".parquet":
        return pyarrow.parquet.read_table(path)[spec["column"]].to_numpy().astype(np.float64)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        at = next(lines).strip().split(",").index(spec["column"])
        return np.array([float(line.strip().split(",")[at]) for line in lines])


GENERATORS = {
    "uniform": uniform,
    "normal": normal,
    "integers": integers,
    "pick": pick,
    "constant": constant,
    "list": listed,
    "near_edges": near_edges,
    "concat": concat,
    "holes": holes,
    "file": file,
}


def column(spec):
    """The column that `spec` describes; with `f32` rounded to single precision (and widened again)."""
    data = GENERATORS[spec["gen"]](spec)
    return data.astype(np.float32).astype(np.float64) if spec.get("f32") else data
