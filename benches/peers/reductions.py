"""Times reductions of 20 million weighted points in memory on 1000 × 1000 cells, by datashader and by heatbin, in turns.

    pip install -r benches/peers/requirements.txt
    python benches/peers/reductions.py

Timed is the call alone: datashader's `Canvas.points` on a pandas frame after numba has compiled it, heatbin's builder up to the
values. The columns are the same bytes. datashader adds in f64 in the order of the rows, heatbin exactly; the script fails unless
they agree to 1e-9 of the largest value, but for the few points within rounding of an edge, where datashader's cells differ.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile
import time

import datashader
import numpy as np
import pandas as pd

ROOT = pathlib.Path(__file__).resolve().parents[2]


def by_heatbin(program, folder, bins, name):
    done = subprocess.run([program, folder, str(bins), name, "1"], stdout=subprocess.PIPE, text=True, check=True)
    values = np.fromfile(pathlib.Path(folder) / "values").reshape(bins, bins)
    return json.loads(done.stdout)["best"], values


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--bins", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--program", help="a reduce_speed that is built already")
    parser.add_argument("names", nargs="*", default=["count", "sum", "mean", "min", "std", "first"])
    args = parser.parse_args()
    program = args.program
    if not program:
        subprocess.run(["cargo", "build", "--release", "--example", "reduce_speed"], cwd=ROOT, check=True)
        program = ROOT / "target/release/examples/reduce_speed"
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"x": rng.random(args.rows), "y": rng.random(args.rows), "w": rng.normal(size=args.rows)})
    canvas = datashader.Canvas(args.bins, args.bins, x_range=(0, 1), y_range=(0, 1))
    with tempfile.TemporaryDirectory() as folder:
        for column in frame:
            frame[column].to_numpy().tofile(pathlib.Path(folder) / column)
        for name in args.names:
            aggregation = getattr(datashader, name)("w")
            canvas.points(frame, "x", "y", aggregation)
            theirs, ours = [], []
            for _ in range(args.rounds):
                start = time.perf_counter()
                expected = canvas.points(frame, "x", "y", aggregation)
                theirs.append(time.perf_counter() - start)
                seconds, values = by_heatbin(program, folder, args.bins, name)
                ours.append(seconds)
            expected = expected.to_numpy().T
            off = np.abs(values - expected) > 1e-9 * np.nanmax(np.abs(expected))
            if np.count_nonzero(off) > args.bins:
                raise SystemExit(f"{name}: {np.count_nonzero(off)} cells differ")
            theirs, ours = statistics.median(theirs), statistics.median(ours)
            print(f"{name:6} datashader {theirs:.3f} s, heatbin {ours:.3f} s: {theirs / ours:.1f} times as fast")


if __name__ == "__main__":
    main()
