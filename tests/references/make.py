"""Asks numpy, matplotlib, seaborn and colorcet what the tests expect, and writes counts.json, norms.json, colormaps.json and blends.json. Also
columns.json: what the generators make of each column, so that a fault in them is told from a fault in a binning.

    pip install -r tests/references/requirements.txt
    python tests/references/make.py

Cells are in numpy's order of H[x, y], hexagons in that of matplotlib's PolyCollection. Hashes are SHA-256 of
little-endian bytes: u64 for counts, f64 for edges and offsets, i16 for colour indices. Rows that are not finite are taken
out before asking, and are `missing`; columns of f32 are widened first, because numpy would give f32 edges for them.
"""

import hashlib
import json
import pathlib

import colorcet  # noqa: F401  registers its colormaps with matplotlib
import matplotlib

matplotlib.use("Agg")
import matplotlib.colors
import matplotlib.figure
import numpy as np
import seaborn  # noqa: F401  registers its colormaps with matplotlib

import cases
import generators

FOLDER = pathlib.Path(__file__).parent
FULL = 1024  # cells up to which all counts are written
SAMPLES = 8


def sha256(array, dtype):
    return hashlib.sha256(np.ascontiguousarray(array, dtype=dtype).tobytes()).hexdigest()


def hist2d(case, x, y):
    if "xedges" in case:
        bins, extent = [[float(e) for e in case[axis]] for axis in ("xedges", "yedges")], None
    else:
        bins, extent = case["bins"], numbers(case["range"])
    counts, xedges, yedges = np.histogram2d(x, y, bins=bins, range=extent)
    for edges in (xedges, yedges):
        assert np.all(edges[:-1] <= edges[1:]), "numpy's own edges are not sorted, and its answer means nothing"
    return counts.ravel(), {"xedges_sha256": sha256(xedges, "<f8"), "yedges_sha256": sha256(yedges, "<f8")}


def hexbin(case, x, y):
    extent = numbers(case["range"])
    axes = matplotlib.figure.Figure().subplots()
    log = case.get("log", "")
    scales = {f"{axis}scale": "log" if axis in log else "linear" for axis in "xy"}
    collection = axes.hexbin(
        x, y, gridsize=tuple(case["gridsize"]), extent=extent and (*extent[0], *extent[1]), mincnt=None, **scales
    )
    if log:  # matplotlib then has polygons instead of offsets
        return np.asarray(collection.get_array()), {}
    return np.asarray(collection.get_array()), {"offsets_sha256": sha256(collection.get_offsets(), "<f8")}


def numbers(extent):
    return extent and [[float(end) for end in axis] for axis in extent]


def counted(case, x, y):
    """The case with what the peer says."""
    finite = np.isfinite(x) & np.isfinite(y)
    missing = int(len(x) - finite.sum())
    ask = {"hist2d": hist2d, "hexbin": hexbin}[case["kind"]]
    counts, more = ask(case, x[finite], y[finite])
    assert np.all(counts == np.floor(counts))
    counts = counts.astype(np.uint64)
    binned = int(counts.sum())
    answer = {
        "cells": len(counts),
        "binned": binned,
        "outside": len(x) - missing - binned,
        "missing": missing,
        "counts_sha256": sha256(counts, "<u8"),
        **more,
    }
    if len(counts) <= FULL:
        answer["counts"] = counts.tolist()
    else:
        full = np.flatnonzero(counts)
        chosen = {int(counts.argmax()), *full[:: max(1, len(full) // SAMPLES)][:SAMPLES].tolist()}
        answer["samples"] = [[cell, int(counts[cell])] for cell in sorted(chosen)]
    return case | answer


def counts():
    made = {}
    for case in cases.CASES:
        for axis in "xy":
            key = json.dumps(case[axis])
            made.setdefault(axis, {})
            if key not in made[axis]:
                made[axis] = {key: generators.column(case[axis])}
        x, y = (made[axis][json.dumps(case[axis])] for axis in "xy")
        yield counted(case, x, y)


def columns():
    """Every column of the cases, once."""
    specs = {json.dumps(case[axis]): case[axis] for case in cases.CASES for axis in "xy"}
    for spec in specs.values():
        data = generators.column(spec)
        first = [cases.text(v) for v in data[:3]]
        yield {"column": spec, "rows": len(data), "first": first, "f64_sha256": sha256(data, "<f8")}


def indices(norm, colors, values):
    """The index of each value's colour: -2 bad, -1 under, `colors` over."""
    shades = np.linspace(0.0, 0.5, colors)
    cmap = matplotlib.colors.ListedColormap([(shade, 0.0, 0.0) for shade in shades])
    cmap = cmap.with_extremes(bad=(0, 0, 1), under=(0, 1, 0), over=(0, 1, 1))
    red, green, blue, _ = cmap(norm(values)).T
    index = np.searchsorted(shades, red).astype(np.int16)
    assert np.array_equal(shades[index], red)
    index[green > 0] = -1
    index[blue > 0] = -2
    index[(green > 0) & (blue > 0)] = colors
    return index


def norms():
    values = np.arange(65_537, dtype=np.float64)  # f64, as counts are: matplotlib takes f32 for small integers
    linear = [(0, 1), (0, 255), (0, 256), (0, 65_536), (1, 1000), (0.5, 99.5), (10, 20), (100, 65_535), (0, 1e12), (7, 7)]
    log = [(1, 10), (1, 65_536), (1, 1000), (2, 7), (3, 4), (10, 50_000), (0.5, 0.7), (1, 255), (1, 1e12), (1, 65_535)]
    colors = matplotlib.colors
    symlog = [(0, 65_536), (-1000, 1000), (1, 10), (5, 70_000), (-1e6, 3)]
    power = [(0, 65_536), (1, 1000), (-50, 20_000), (7, 7)]
    kinds = [
        ("linear", colors.Normalize, {}, linear),
        ("log", colors.LogNorm, {}, log),
        ("symlog:1", colors.SymLogNorm, {"linthresh": 1}, symlog),
        ("symlog:30,0.5", colors.SymLogNorm, {"linthresh": 30, "linscale": 0.5}, symlog),
        ("symlog:2,1,2", colors.SymLogNorm, {"linthresh": 2, "base": 2}, symlog),
        ("asinh:1", colors.AsinhNorm, {"linear_width": 1}, symlog),
        ("asinh:250", colors.AsinhNorm, {"linear_width": 250}, symlog),
        ("power:0.5", colors.PowerNorm, {"gamma": 0.5}, power),
        ("power:0.3", colors.PowerNorm, {"gamma": 0.3}, power),
        ("power:2", colors.PowerNorm, {"gamma": 2}, power),
        ("cbrt", colors.PowerNorm, {"gamma": 1 / 3}, power),
        ("twoslope:100", colors.TwoSlopeNorm, {"vcenter": 100}, [(0, 65_536), (-5, 101), (99, 1e6)]),
    ]
    for name, kind, options, limits in kinds:
        for vmin, vmax in limits:
            for number in (256, 510, 10):
                yield norm_record(name, kind(vmin=vmin, vmax=vmax, **options), (vmin, vmax), number, values)
    for vcenter, halfrange in ((1000, 900), (0, 40_000)):
        norm = colors.CenteredNorm(vcenter, halfrange)
        yield norm_record(f"centered:{vcenter},{halfrange}", norm, None, 256, values)
    for boundaries in ([0, 1, 10, 100, 1000], [5, 6], [0.5, 20_000, 70_000], list(range(0, 3000, 10))):
        for number in (256, 510, 10):
            if len(boundaries) - 1 <= number:  # matplotlib refuses more stretches than colours
                text = ",".join(map(str, boundaries))
                norm = colors.BoundaryNorm(boundaries, number)
                yield norm_record(f"boundaries:{text}", norm, None, number, values)


def norm_record(name, norm, limits, colors, values):
    index = indices(norm, colors, values)
    at = [0, 1, 2, 3, 5, 7, 10, 20, 99, 255, 256, 1000, 12_345, 65_535, 65_536]
    limits = limits or (None, None)
    return {
        "norm": name,
        "vmin": None if limits[0] is None else cases.text(limits[0]),
        "vmax": None if limits[1] is None else cases.text(limits[1]),
        "colors": colors,
        "indices_sha256": sha256(index, "<i2"),
        "samples": [[value, int(index[value])] for value in at],
    }


def colormaps():
    for name in sorted(matplotlib.colormaps):
        cmap = matplotlib.colormaps[name]
        table = cmap(np.arange(cmap.N), bytes=True)[:, :3]
        yield {"name": name, "colors": cmap.N, "rgb_sha256": sha256(table, "u1")}


def blends():
    """Colormaps of a few colours."""
    for colors in (["#000000", "#ffffff"], ["#ff0000", "#00ff80", "#0000ff"], ["#123456"] * 2, ["#010203", "#fdfcfb", "#7f8081", "#404142"]):
        cmap = matplotlib.colors.LinearSegmentedColormap.from_list("", colors)
        table = cmap(np.arange(cmap.N), bytes=True)
        yield {"colors": colors, "rgba": table.tobytes().hex()}


def write(name, records):
    """One record a line, so that a change is a readable difference."""
    lines = [json.dumps(record, ensure_ascii=True) for record in records]
    (FOLDER / name).write_text("[\n" + ",\n".join(lines) + "\n]\n")
    print(f"{name}: {len(lines)} records")


if __name__ == "__main__":
    write("columns.json", columns())
    write("colormaps.json", colormaps())
    write("blends.json", blends())
    write("norms.json", norms())
    write("counts.json", counts())
