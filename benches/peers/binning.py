"""Times binning in memory beside the peers: the same columns, in turns, medians, as one table of ratios.

    pip install -r benches/peers/requirements.txt
    python benches/peers/binning.py --markdown

heatbin runs in a process of its own (speed.rs), on the bytes that the peers have as arrays, and must come to numpy's counts. Each
peer is called in its own fastest way, makes a new result each time, and runs on one thread unless it has more. Those that take long
sit out all but three rounds. CuPy and torch, where they are installed and there is a CUDA device, bin arrays that lie there already.

With --linear, heatbin alone: how its time grows with the points. With --widths, heatbin alone: f32 beside f64, in turns, as a machine
whose speed changes from minute to minute tells the two apart in no other way.
"""

import argparse
import importlib.metadata
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
LOW, HIGH = -5.0, 5.0
SLOW = {"numpy", "matplotlib", "polars", "duckdb"}
SLOW_ROUNDS = 3
HEXBIN = "hexbin"


def column(dist, rows, seed, dtype):
    random = np.random.default_rng(seed)
    if dist == "normal":
        values = random.standard_normal(rows)
    elif dist == "uniform":
        values = random.uniform(LOW, HIGH, rows)
    else:
        # A few strays, so that no block is known to lie in one cell.
        values = np.full(rows, 0.31415)
        strays = random.integers(0, rows, rows // 4096)
        values[strays] = random.uniform(LOW, HIGH, len(strays))
    return values.astype(dtype)


class Heatbin:
    """The process that bins with heatbin."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, *words):
        print(*words, file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"{' '.join(map(str, words))}: heatbin ended with {self.process.wait()}")
        return json.loads(answer)

    def load(self, x, y, folder):
        paths = [folder / "x", folder / "y"]
        for path, values in zip(paths, (x, y)):
            values.tofile(path)
        self.ask("load", "f32" if x.dtype == np.float32 else "f64", *paths)
        for path in paths:
            path.unlink()

    def bin(self, cells, threads, shape="hist2d", cpu=False):
        """Seconds of a binning: by the clock, or of processor time of all its threads."""
        before = self.cpu() if cpu else 0
        seconds = self.ask(shape, cells, f"{LOW},{HIGH}", "cpu", threads)
        return self.cpu() - before if cpu else seconds

    def cpu(self):
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9


def numpy_(x, y):
    return lambda cells: np.histogram2d(x, y, bins=cells, range=((LOW, HIGH), (LOW, HIGH)))


def fast_histogram(x, y):
    import fast_histogram

    return lambda cells: fast_histogram.histogram2d(x, y, cells, ((LOW, HIGH), (LOW, HIGH)))


def boost(x, y, threads):
    import boost_histogram as bh

    def fill(cells):
        axes = [bh.axis.Regular(cells, LOW, HIGH, underflow=False, overflow=False) for _ in "xy"]
        return bh.Histogram(*axes, storage=bh.storage.Int64()).fill(x, y, threads=threads)

    return fill


def datashader(x, y):
    import datashader as ds
    import pandas

    frame = pandas.DataFrame({"x": x, "y": y})
    span = (LOW, HIGH)
    return lambda cells: ds.Canvas(cells, cells, span, span).points(frame, "x", "y", ds.count())


def matplotlib_(x, y):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.figure

    def hexbin(cells):
        axes = matplotlib.figure.Figure().subplots()
        return axes.hexbin(x, y, gridsize=hexagons(cells), extent=(LOW, HIGH, LOW, HIGH))

    return hexbin


def polars_(x, y):
    import polars as pl

    frame = pl.DataFrame({"x": x, "y": y}).lazy()

    def group(cells):
        bins = [((pl.col(name) - LOW) * (cells / (HIGH - LOW))).cast(pl.Int32).alias(name) for name in "xy"]
        inside = pl.col("x").is_between(LOW, HIGH) & pl.col("y").is_between(LOW, HIGH)
        cell = (bins[0] * cells + bins[1]).alias("cell")
        return frame.filter(inside).select(cell).group_by("cell").len().collect()

    return group


def duckdb_(x, y):
    import duckdb
    import pandas

    connection = duckdb.connect()
    connection.execute(f"SET threads = {os.cpu_count()}")
    connection.register("points", pandas.DataFrame({"x": x, "y": y}))

    def group(cells):
        scaled = [f"(({name} - {LOW}) * {cells / (HIGH - LOW)!r})::INTEGER" for name in "xy"]
        inside = " AND ".join(f"{name} BETWEEN {LOW} AND {HIGH}" for name in "xy")
        query = f"SELECT {scaled[0]} * {cells} + {scaled[1]} AS cell, count(*) FROM points WHERE {inside} GROUP BY cell"
        return connection.execute(query).to_arrow_table()

    return group


def cupy_(x, y):
    import cupy

    x, y = cupy.asarray(x), cupy.asarray(y)

    def histogram(cells):
        cupy.histogram2d(x, y, bins=cells, range=((LOW, HIGH), (LOW, HIGH)))
        cupy.cuda.Device().synchronize()

    return histogram


def torch_(x, y):
    import torch

    if not torch.cuda.is_available():
        raise ImportError("no CUDA device")
    x, y = torch.asarray(x).cuda(), torch.asarray(y).cuda()

    def histogram(cells):
        i, j = (((v - LOW) * (cells / (HIGH - LOW))).to(torch.int64) for v in (x, y))
        inside = (x >= LOW) & (x <= HIGH) & (y >= LOW) & (y <= HIGH)
        torch.bincount((i.clamp_(0, cells - 1) * cells + j.clamp_(0, cells - 1))[inside], minlength=cells * cells)
        torch.cuda.synchronize()

    return histogram


def hexagons(cells):
    """matplotlib's gridsize with about as many cells."""
    return round(cells * (3**0.5 / 2) ** 0.5)


PEERS = {
    "numpy": numpy_,
    "fast-histogram": fast_histogram,
    "boost-histogram": lambda x, y: boost(x, y, os.cpu_count()),
    "datashader": datashader,
    "polars": polars_,
    "duckdb": duckdb_,
    "matplotlib": matplotlib_,
    "cupy": cupy_,
    "torch": torch_,
}
OURS = ("heatbin", "heatbin, 1 thread", HEXBIN)


def ready(x, y, names):
    """The peers that are here."""
    peers = {}
    for name in names:
        try:
            peers[name] = PEERS[name](x, y)
        except Exception as error:
            # A CUDA package without its device fails in ways of its own.
            if not isinstance(error, ImportError) and name not in ("cupy", "torch"):
                raise
    return peers


def measure(heatbin, peers, cells, repeat, of_all, cpu):
    """Seconds by name."""
    taken = {name: [] for name in (*OURS, *peers)}
    for turn in range(repeat + 1):
        seconds = {
            "heatbin": heatbin.bin(cells, 0, cpu=cpu),
            "heatbin, 1 thread": heatbin.bin(cells, 1, cpu=cpu),
        }
        if "matplotlib" in peers and turn <= SLOW_ROUNDS:
            seconds[HEXBIN] = heatbin.bin(hexagons(cells), 0, "hexbin", cpu)
        for name, peer in peers.items():
            if name in SLOW and turn > SLOW_ROUNDS:
                continue
            clock = time.process_time if cpu else time.perf_counter
            start = clock()
            result = peer(cells)
            seconds[name] = clock() - start
            del result
        if turn > 0:
            for name, value in seconds.items():
                taken[name].append(value)
    return {name: of_all(values) for name, values in taken.items() if values}


def check(heatbin, x, y, cells):
    """heatbin's counts must be numpy's."""
    heatbin.bin(cells, 0)
    ours = heatbin.ask("counts")
    counts = np.histogram2d(x.astype(np.float64), y.astype(np.float64), cells, ((LOW, HIGH), (LOW, HIGH)))[0]
    theirs = {"binned": int(counts.sum()), "filled": int(np.count_nonzero(counts)), "most": int(counts.max())}
    if ours != theirs:
        raise SystemExit(f"the counts differ: {ours}, not {theirs}")


def versions(names):
    for name in names:
        try:
            yield f"{name} {importlib.metadata.version(name)}"
        except importlib.metadata.PackageNotFoundError:
            yield f"{name} not here"


def table(head, rows, markdown):
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head))]
    lines = [[cell.rjust(width) for cell, width in zip(row, widths)] for row in (head, *rows)]
    if markdown:
        lines.insert(1, ["-" * width for width in widths])
        lines = [["", *line, ""] for line in lines]
    print("\n".join((" | " if markdown else "  ").join(line).strip() for line in lines))


def compare(args, heatbin, folder):
    names = ["heatbin M/s", "1 thread M/s", "hexbin M/s", *args.peers]
    rows = []
    for dist in args.dists:
        for dtype in args.dtypes:
            x, y = (column(dist, args.rows, seed, dtype) for seed in (7, 8))
            heatbin.load(x, y, folder)
            peers = ready(x, y, args.peers)
            for cells in args.cells:
                if not args.no_check:
                    check(heatbin, x, y, cells)
                seconds = measure(heatbin, peers, cells, args.repeat, min if args.best else statistics.median, args.cpu)
                row = [f"{dist} {dtype} {cells}²"]
                row += [f"{args.rows / seconds[name] / 1e6:.0f}" if name in seconds else "" for name in OURS]
                for name in args.peers:
                    mine = HEXBIN if name == "matplotlib" else "heatbin"
                    row.append(f"{seconds[name] / seconds[mine]:.2f}" if name in seconds else "not here")
                rows.append(row)
    kind = f"{'best' if args.best else 'medians'} of {'processor time' if args.cpu else 'wall time'}, rounds:"
    print(f"{args.rows} points, {os.cpu_count()} cores, {kind} {args.repeat}; {', '.join(versions(args.peers))}")
    print("A peer's column: its time over heatbin's on all cores; matplotlib's is hexbin over heatbin's hexbin.\n")
    table(["points into cells", *names], rows, args.markdown)


def linear(args, heatbin, folder):
    """Points a second from 1e5 points on, tenfold up to --rows."""
    rows = []
    count = 100_000
    while count <= args.rows:
        heatbin.load(*(column("normal", count, seed, args.dtypes[0]) for seed in (7, 8)), folder)
        seconds = {cells: [] for cells in args.cells}
        for turn in range(args.repeat + 1):
            for cells, taken in seconds.items():
                value = heatbin.bin(cells, 0)
                if turn > 0:
                    taken.append(value)
        rows.append([f"{count:.0e}", *(f"{statistics.median(taken) / count * 1e9:.2f}" for taken in seconds.values())])
        count *= 10
    print(f"nanoseconds a point, normal {args.dtypes[0]}, {os.cpu_count()} cores, medians of {args.repeat}\n")
    table(["points", *(f"{cells}²" for cells in args.cells)], rows, args.markdown)


def widths(args, folder, program):
    """Points a second in either width, and how much faster f32 is."""
    rows = []
    for dist in args.dists:
        programs = {}
        for dtype in ("float64", "float32"):
            programs[dtype] = Heatbin(program)
            programs[dtype].load(*(column(dist, args.rows, seed, dtype) for seed in (7, 8)), folder)
        for cells in args.cells:
            for threads in (1, 0):
                taken = {dtype: [] for dtype in programs}
                for turn in range(args.repeat + 1):
                    for dtype, heatbin in programs.items():
                        seconds = heatbin.bin(cells, threads, cpu=args.cpu)
                        if turn > 0:
                            taken[dtype].append(seconds)
                wide, narrow = (statistics.median(values) for values in taken.values())
                speeds = [f"{args.rows / seconds / 1e6:.0f}" for seconds in (wide, narrow)]
                rows.append([f"{dist} {cells}²", str(threads or os.cpu_count()), *speeds, f"{wide / narrow:.2f}"])
    kind = "processor time" if args.cpu else "wall time"
    print(f"{args.rows} points, heatbin alone, in turns, medians of {kind}, rounds: {args.repeat}\n")
    table(["points into cells", "threads", "f64 M/s", "f32 M/s", "f32 is faster"], rows, args.markdown)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--repeat", type=int, default=9)
    parser.add_argument("--cells", type=int, nargs="+", default=[200, 1000, 4000])
    parser.add_argument("--dtypes", nargs="+", default=["float64", "float32"], choices=["float64", "float32"])
    parser.add_argument("--dists", nargs="+", default=["normal", "uniform", "onecell"], choices=["normal", "uniform", "onecell"])
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=list(PEERS))
    parser.add_argument("--linear", action="store_true", help="heatbin alone, from 1e5 points up to --rows")
    parser.add_argument("--widths", action="store_true", help="heatbin alone, f32 beside f64")
    parser.add_argument("--no-check", action="store_true", help="do not compare the counts with numpy's")
    parser.add_argument("--best", action="store_true", help="the shortest times instead of medians, where the machine is busy")
    parser.add_argument("--cpu", action="store_true", help="processor time of all threads instead of wall time (Linux)")
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--program", help="speed, if it is built already")
    args = parser.parse_args()
    if not args.program:
        subprocess.run(["cargo", "build", "--release", "--quiet", "--example", "speed"], cwd=ROOT, check=True)
    program = args.program or ROOT / "target/release/examples/speed"
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        if args.widths:
            widths(args, folder, program)
        else:
            (linear if args.linear else compare)(args, Heatbin(program), folder)


if __name__ == "__main__":
    main()
