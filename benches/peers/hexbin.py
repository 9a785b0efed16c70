"""Times hexbin in memory: 10 million normal points, gridsize 500, by matplotlib and by heatbin.

    pip install -r benches/peers/requirements.txt
    python benches/peers/hexbin.py

Timed is the call alone: matplotlib's `Axes.hexbin` without drawing, heatbin's builder up to the counts. Both have the
same points, and the script fails unless both count the same. The first call of a process
is printed beside the median of those after it: it pays for the memory that is touched for the first time.
"""

import argparse
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import matplotlib

matplotlib.use("Agg")
import matplotlib.figure
import numpy as np
from binning import ROOT, Heatbin

sys.path.insert(0, str(ROOT / "tests/references"))
import generators

GRIDSIZE = 500


def by_matplotlib(x, y, repeat):
    seconds = []
    for _ in range(1 + repeat):
        axes = matplotlib.figure.Figure().subplots()
        start = time.perf_counter()
        collection = axes.hexbin(x, y, gridsize=GRIDSIZE)
        seconds.append(time.perf_counter() - start)
    counts = np.asarray(collection.get_array())
    told = {"binned": int(counts.sum()), "filled": int(np.count_nonzero(counts)), "most": int(counts.max())}
    return seconds, told


def by_heatbin(x, y, repeat, backend):
    heatbin = Heatbin(ROOT / "target/release/examples/speed")
    with tempfile.TemporaryDirectory() as folder:
        heatbin.load(x, y, pathlib.Path(folder))
    seconds = [heatbin.ask("hexbin", GRIDSIZE, "auto", backend, 0) for _ in range(1 + repeat)]
    return seconds, heatbin.ask("counts")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--backends", nargs="*", default=["cpu"], choices=["cpu", "gpu"])
    args = parser.parse_args()
    subprocess.run(["cargo", "build", "--release", "--quiet", "--example", "speed"], cwd=ROOT, check=True)
    x, y = (generators.normal({"seed": seed, "n": args.rows, "scale": "1.0", "offset": "0.0"}) for seed in (7, 8))
    (first, *later), theirs = by_matplotlib(x, y, args.repeat)
    median = statistics.median(later)
    print(f"matplotlib   first {first:.3f} s, then {median:.3f} s")
    for backend in args.backends:
        (our_first, *our_later), ours = by_heatbin(x, y, args.repeat, backend)
        our_median = statistics.median(our_later)
        print(
            f"heatbin {backend}  first {our_first:.3f} s, then {our_median:.3f} s: "
            f"{first / our_first:.1f} and {median / our_median:.1f} times as fast"
        )
        if ours != theirs:
            raise SystemExit(f"the counts differ: {ours}, not {theirs}")


if __name__ == "__main__":
    main()
