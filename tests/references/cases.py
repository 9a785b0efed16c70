"""The cases of counts.json: data and grids at which a binning can go wrong."""

import math

import numpy as np

from generators import column


def text(value):
    return repr(float(value))


def uniform(seed, n, low, high, **more):
    return {"gen": "uniform", "seed": seed, "n": n, "scale": text(high - low), "offset": text(low), **more}


def normal(seed, n, scale=1.0, offset=0.0, **more):
    return {"gen": "normal", "seed": seed, "n": n, "scale": text(scale), "offset": text(offset), **more}


def integers(seed, n, low, high, times=1.0, over=1.0, **more):
    span = high - low + 1
    return {
        "gen": "integers", "seed": seed, "n": n, "low": low, "span": span,
        "times": text(times), "over": text(over), **more,
    }  # fmt: skip


def pick(seed, n, values, **more):
    return {"gen": "pick", "seed": seed, "n": n, "values": [text(v) for v in values], **more}


def constant(n, value):
    return {"gen": "constant", "n": n, "value": text(value)}


def listed(*values):
    return {"gen": "list", "values": [text(v) for v in values]}


def near(start, stop, bins, n, hold):
    return {"gen": "near_edges", "start": text(start), "stop": text(stop), "bins": bins, "n": n, "hold": hold}


def concat(*parts, **more):
    return {"gen": "concat", "parts": list(parts), **more}


def holes(of, every, phase, values=(math.nan, math.inf, -math.inf), **more):
    return {"gen": "holes", "of": of, "every": every, "phase": phase, "values": [text(v) for v in values], **more}


def file(path, name):
    return {"gen": "file", "path": path, "column": name}


def grid_of_edges(x, y):
    """Every value near an edge of x with every value near an edge of y."""
    nx, ny = 3 * (x[2] + 1), 3 * (y[2] + 1)
    return near(*x, nx * ny, ny), near(*y, nx * ny, 1)


CASES = []


def hist2d(name, data, bins=None, range=None, edges=None):
    x, y = data
    case = {"name": name, "kind": "hist2d", "x": x, "y": y}
    if edges:
        case |= {"xedges": [text(e) for e in edges[0]], "yedges": [text(e) for e in edges[1]]}
    else:
        case |= {"bins": list(bins), "range": texts(range)}
    CASES.append(case)


def hexbin(name, data, gridsize, range=None, log=None):
    x, y = data
    case = {"name": name, "kind": "hexbin", "x": x, "y": y, "gridsize": list(gridsize), "range": texts(range)}
    CASES.append(case | ({"log": log} if log else {}))


def texts(range):
    return range and [[text(end) for end in axis] for axis in range]


# Real data: integers that fall on the edges, and decimals.
FLIGHTS = [file("examples/data/flights.parquet", name) for name in ("distance", "delay")]
hist2d("flights", FLIGHTS, (100, 100))
hist2d("flights, 50 by 80", FLIGHTS, (50, 80))
hist2d("flights, an edge on every integer", FLIGHTS, (4941, 280), ((21, 4962), (-1116, 1684)))
hist2d("flights, cut on integers", FLIGHTS, (90, 100), ((100, 1000), (-50, 50)))
hist2d("flights, cut between integers", FLIGHTS, (500, 7), ((500.5, 1000.5), (-10.25, 11.75)))
hexbin("flights", FLIGHTS, (100, 57))
hexbin("flights, 30 by 20", FLIGHTS, (30, 20))
hexbin("flights, cut", FLIGHTS, (100, 57), ((100, 1000), (-50, 50)))
hexbin("flights, fine", FLIGHTS, (500, 288))

ZIPCODES = [file("examples/data/zipcodes.csv.gz", name) for name in ("longitude", "latitude")]
hist2d("zipcodes", ZIPCODES, (100, 100))
hist2d("zipcodes, the earth by degrees", ZIPCODES, (360, 180), ((-180, 180), (-90, 90)))
hist2d("zipcodes, tenths of degrees", ZIPCODES, (600, 260), ((-125, -65), (24, 50)))
hexbin("zipcodes", ZIPCODES, (100, 57))
hexbin("zipcodes, cut", ZIPCODES, (200, 150), ((-125, -65), (24, 50)))

# Decimals with edges on the same decimals: a scaled and truncated value is wrong here.
CENTS = integers(1, 300_000, 0, 1000, over=100), integers(2, 300_000, 0, 1000, over=100)
hist2d("cents, edges on each", CENTS, (1000, 1000), ((0, 10), (0, 10)))
hist2d("cents, edges on each tenth", CENTS, (100, 100), ((0, 10), (0, 10)))
hist2d("cents, automatic range", CENTS, (100, 50))
hist2d("cents, edges elsewhere", CENTS, (7, 333), ((0.01, 9.99), (0.5, 8.3)))
hexbin("cents", CENTS, (100, 57))
hexbin("cents, cells of a tenth", CENTS, (100, 100), ((0, 10), (0, 10)))
hexbin("cents, cells of one", CENTS, (10, 10), ((0, 10), (0, 10)))
SIGNED_CENTS = integers(3, 200_000, -500, 500, over=100), integers(4, 200_000, -5000, 5000, over=1000)
hist2d("signed decimals", SIGNED_CENTS, (1000, 100), ((-5, 5), (-5, 5)))
hexbin("signed decimals", SIGNED_CENTS, (40, 20), ((-5, 5), (-5, 5)))
F32_CENTS = integers(5, 200_000, 0, 1000, over=100, f32=True), integers(6, 200_000, 0, 1000, over=100, f32=True)
hist2d("cents in f32", F32_CENTS, (1000, 100), ((0, 10), (0, 10)))
hexbin("cents in f32", F32_CENTS, (100, 57), ((0, 10), (0, 10)))

# Many points.
TEN_MILLION = normal(7, 10_000_000), normal(8, 10_000_000)
hist2d("10 million, normal", TEN_MILLION, (1000, 1000))
hexbin("10 million, normal", TEN_MILLION, (500, 288))
TEN_MILLION_F32 = normal(7, 10_000_000, f32=True), normal(8, 10_000_000, f32=True)
hist2d("10 million, normal, f32", TEN_MILLION_F32, (1000, 1000))
hexbin("10 million, normal, f32", TEN_MILLION_F32, (500, 288))
MIXED = normal(9, 300_000, f32=True), normal(10, 300_000)
hist2d("x in f32, y in f64", MIXED, (64, 64))
hexbin("x in f32, y in f64", MIXED, (64, 37))

# Far from zero, where the last bits are all there is.
for spread in (1e-3, 1.0):
    FAR = normal(11, 300_000, spread, 1e9), normal(12, 300_000, spread, -1e9)
    hist2d(f"a billion away, spread {spread}", FAR, (1000, 1000))
    hexbin(f"a billion away, spread {spread}", FAR, (100, 57))
ULP = 2.0**-23
NARROW = [
    pick(13 + i, 50_000, [1e9 + k * ULP for k in range(100)]) for i in (0, 1)
]  # a hundred neighbouring floats
hist2d("more edges than floats between them", NARROW, (1000, 300))
hexbin("more cells than floats between them", NARROW, (400, 230))
FAR_F32 = normal(15, 200_000, 3.0, 1e6, f32=True), normal(16, 200_000, 3.0, 1e6, f32=True)
hist2d("a million away, f32", FAR_F32, (500, 500))
hexbin("a million away, f32", FAR_F32, (100, 57))

# The smallest and the largest floats, and both zeros.
DENORMALS = integers(17, 100_000, 0, 1000, times=5e-324), integers(18, 100_000, 0, 1000, times=5e-324)
hist2d("denormals", DENORMALS, (1000, 10))
hist2d("denormals, a wide last bin", DENORMALS, (300, 3))
hist2d("denormals, edges closer than floats", DENORMALS, (20, 3), ((0, 25e-324), (0, 25e-324)))
hexbin("denormals", DENORMALS, (10, 10))
ODDS = [0.0, -0.0, 5e-324, -5e-324, 1e-310, -1e-310, 2.2250738585072014e-308, 1e-300, -1e-300, 1e-17, -1e-17, 1, -1]
MIX = pick(19, 50_000, ODDS), pick(20, 50_000, ODDS)
hist2d("denormals among ones", MIX, (10, 11))
hist2d("denormals, from zero", MIX, (8, 8), ((0, 1), (0, 1)))
hist2d("denormals, to zero", MIX, (8, 8), ((-1, 0), (-1, -0.0)))
hexbin("denormals among ones", MIX, (20, 11))
hexbin("denormals, from zero", MIX, (8, 8), ((0, 1), (-0.0, 1)))
F32_ODDS = [0.0, -0.0, 1e-45, -1e-45, 1e-40, -1e-40, 1.1754943508222875e-38, 1e-30, 3e38, -3e38]
F32_MIX = pick(21, 50_000, F32_ODDS, f32=True), pick(22, 50_000, F32_ODDS[:8], f32=True)
hist2d("the range of f32", F32_MIX, (16, 15))
hist2d("denormals of f32", F32_MIX, (10, 10), ((-1e-44, 1e-44), (0, 1e-40)))
hexbin("the range of f32", F32_MIX, (16, 9))
HUGE = uniform(23, 50_000, -1e300, 1e300), normal(24, 50_000, 1e300)
hist2d("huge", HUGE, (100, 100))
hexbin("huge", HUGE, (100, 57))
TINY = uniform(25, 50_000, 0, 1e-300), normal(26, 50_000, 1e-300)
hist2d("tiny", TINY, (100, 100))
hexbin("tiny", TINY, (100, 57))
hexbin("tiny, cells as tiny", TINY, (100, 57), ((0, 1e-300), (-4e-300, 4e-300)))

# On an edge, and one float beside it on both sides.
for name, x, y in [
    ("unit square", (0, 1, 10), (0, 1, 7)),
    ("odd range", (-3.7, 9.1, 100), (0.1, 0.7, 57)),
    ("around zero", (-1, 1, 20), (-0.3, 0.6, 90)),
    ("a billion away", (1e9, 1e9 + 1, 100), (-1e9, 3, 13)),
]:
    hist2d(f"beside each edge, {name}", grid_of_edges(x, y), (x[2], y[2]), (x[:2], y[:2]))
hist2d("beside each edge, automatic range", grid_of_edges((0, 1, 10), (0, 3, 30)), (10, 30))
# Quarters and sixths of a cell: where hexagons meet.
for name, x, y, size in [
    ("unit square", (0, 1, 48), (0, 1, 60), (4, 5)),
    ("odd range", (-3.7, 9.1, 120), (0.1, 0.7, 72), (10, 6)),
    ("a billion away", (1e9, 1e9 + 1, 96), (-1e9, 3, 96), (8, 8)),
]:
    hexbin(f"beside each border, {name}", grid_of_edges(x, y), size, (x[:2], y[:2]))
LATTICE = integers(27, 200_000, 0, 114), integers(28, 200_000, 0, 57)
hexbin("integers, a cell each", LATTICE, (114, 57))
hexbin("integers, half a cell each", LATTICE, (57, 57))
hexbin("integers, a third of a cell", LATTICE, (38, 19))
hexbin("integers, default grid", LATTICE, (100, 57))
hexbin("integers, cut", LATTICE, (20, 10), ((30, 70), (10, 30)))

# Hardly any data, or all of it in one place.
NOTHING = listed(), listed()
ONE = listed(3.25), listed(-7.5)
for name, data in [
    ("no rows", NOTHING),
    ("one point", ONE),
    ("two points", (listed(0, 1), listed(0, 1))),
    ("the origin", (listed(0), listed(-0.0))),
    ("only missing rows", (listed(math.nan, 1, math.inf), listed(1, -math.inf, 2))),
    ("a constant x", (constant(10_000, 2.5), uniform(29, 10_000, 0, 1))),
    ("a constant y", (uniform(30, 10_000, 0, 1), constant(10_000, -1e10))),
    ("constant zero", (constant(1000, 0), constant(1000, -0.0))),
]:
    hist2d(name, data, (10, 10))
    hexbin(name, data, (10, 5))
hist2d("no rows, in a range", NOTHING, (4, 3), ((-1, 5), (2, 2)))
hexbin("no rows, in a range", NOTHING, (4, 3), ((-1, 5), (2, 3)))
hist2d("one point, on the last edges", ONE, (4, 3), ((0, 3.25), (-10, -7.5)))
hist2d("one point, outside", ONE, (4, 3), ((0, 3), (-10, -7)))
hexbin("one point, outside", ONE, (4, 3), ((-9, 0), (-7, 10)))
PILE = constant(1_000_000, 0.3), constant(1_000_000, 0.7)
hist2d("all in one cell", PILE, (1000, 1000), ((0, 1), (0, 1)))
hexbin("all in one cell", PILE, (500, 288), ((0, 1), (0, 1)))
CLUSTER = normal(31, 1_000_000, 1e-6, 0.5), normal(32, 1_000_000, 1e-6, 0.5)
hist2d("nearly all in one cell", CLUSTER, (100, 100), ((0.25, 1), (0, 1)))
hexbin("nearly all in one cell", CLUSTER, (100, 57), ((0, 1), (0, 1)))

# Grids of all sizes.
MILLION = normal(33, 1_000_000), uniform(34, 1_000_000, -1, 2)
for bins in [(1, 1), (1, 7), (7, 1), (4096, 4096), (4095, 3)]:
    hist2d(f"{bins[0]} by {bins[1]}", MILLION, bins)
for size in [(1, 1), (2, 1), (1, 7), (100, 57), (4096, 2364)]:
    hexbin(f"{size[0]} by {size[1]}", MILLION, size)

# Uneven edges.
RANDOM = np.unique(column(normal(35, 101)))
TWICE = np.sort(np.concatenate([RANDOM[::10], RANDOM[::10]]))
GEOMETRIC = 1.5 ** np.arange(-20, 21)
hist2d("random edges", (normal(36, 300_000), normal(37, 300_000)), edges=(RANDOM, RANDOM[::7]))
ON_EDGES = concat(pick(38, 100_000, RANDOM), normal(39, 100_000))
hist2d("random edges, points on them", (ON_EDGES, ON_EDGES | {"parts": ON_EDGES["parts"][::-1]}), edges=(RANDOM, RANDOM))
hist2d("equal edges", (pick(40, 50_000, RANDOM), pick(41, 50_000, RANDOM)), edges=(TWICE, [-1, -1, 0, 0, 0, 1, 1]))
hist2d("geometric edges", (uniform(42, 200_000, 0, 4000), pick(43, 200_000, GEOMETRIC)), edges=(GEOMETRIC, GEOMETRIC))
hist2d("one bin, own edges", MIXED, edges=([-1, 1], [0, 5e-324]))

# Missing rows.
HOLES = holes(normal(44, 200_000), 7, 3), holes(normal(45, 200_000), 10, 0, (math.inf, math.nan))
hist2d("missing rows", HOLES, (50, 50))
hexbin("missing rows", HOLES, (50, 28))
HOLES_F32 = holes(normal(46, 100_000), 2, 1, f32=True), normal(47, 100_000, f32=True)
hist2d("missing rows in f32", HOLES_F32, (50, 50), ((-2, 2), (-2, 2)))
hexbin("missing rows in f32", HOLES_F32, (50, 28), ((-2, 2), (-2, 2)))

# Ranges of all kinds.
NEGATIVE = uniform(48, 200_000, -8, -3), uniform(49, 200_000, -1e5, -1)
hist2d("negative range", NEGATIVE, (100, 10), ((-7, -4), (-1000, -10)))
hexbin("negative range", NEGATIVE, (100, 10), ((-7, -4), (-1000, -10)))
SOME = normal(50, 1_000_000), normal(51, 1_000_000)
hist2d("a range far larger than the data", SOME, (1001, 1001), ((-1e6, 1e6), (-1e6, 1e6)))
hexbin("a range far larger than the data", SOME, (1001, 578), ((-1e6, 1e6), (-1e6, 1e6)))
hist2d("deep zoom", SOME, (100, 100), ((0.1, 0.100012), (-6, 6)))
hist2d("deep zoom on a place", CLUSTER, (300, 300), ((0.5, 0.500001), (0.5, 0.500001)))
hexbin("deep zoom on a place", CLUSTER, (100, 57), ((0.5, 0.500001), (0.5, 0.500001)))
OUTLIERS = concat(normal(52, 100_000), listed(1e12, -1e12, 7, -7)), concat(normal(53, 100_000), listed(0, 0, 1e15, 0))
hist2d("outliers", OUTLIERS, (100, 100))
hist2d("outliers, cut", OUTLIERS, (100, 100), ((-3, 3), (-3, 3)))
hexbin("outliers", OUTLIERS, (100, 57))
hexbin("outliers, cut", OUTLIERS, (100, 57), ((-3, 3), (-3, 3)))

# Log axes. Only counts are compared: numpy's logarithm is off by a last bit here and there, and by another on other machines.
POWERS = [pick(54 + i, 50_000, 10.0 ** np.arange(-3, 6)) for i in (0, 1)]
hexbin("log axes, powers of ten", POWERS, (40, 20), log="xy")
hexbin("log axes, integers", (integers(56, 200_000, 1, 1000), integers(57, 200_000, 1, 100_000)), (100, 57), log="xy")
hexbin("log x", (uniform(58, 200_000, 1e-6, 50), normal(59, 200_000)), (80, 46), log="x")
hexbin("log y, one row", (listed(2), listed(100)), (3, 3), log="y")
