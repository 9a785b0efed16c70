"""Times hexbin in memory: 10 million normal points, gridsize 500, by matplotlib and by heatbin.

    pip install -r benches/peers/requirements.txt
    python benches/peers/hexbin.py

Timed is the call alone: matplotlib's `Axes.hexbin` without drawing, heatbin's builder up to the counts. Both make the same
points (those of tests/references/generators.py), and the script fails unless both count the same. The first call of a process
is printed beside the median of those after it: it pays for the memory that is touched for the first time.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import time

import matplotlib

matplotlib.use("Agg")
import matplotlib.figure
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/references"))
import generators

GRIDSIZE = 500


def by_matplotlib(rows, repeat):
    x, y = (generators.normal({"seed": seed, "n": rows, "scale": "1.0", "offset": "0.0"}) for seed in (7, 8))
    seconds = []
    for _ in range(1 + repeat):
        axes = matplotlib.figure.Figure().subplots()
        start = time.perf_counter()
        collection = axes.hexbin(x, y, gridsize=GRIDSIZE)
        seconds.append(time.perf_counter() - start)
    counts = np.asarray(collection.get_array())
    return {
        "first": seconds[0],
        "median": statistics.median(seconds[1:]),
        "binned": int(counts.sum()),
        "filled": int(np.count_nonzero(counts)),
        "most": int(counts.max()),
    }


def by_heatbin(rows, repeat, backend):
    command = ["cargo", "run", "--release", "--quiet", "--example", "hexbin_speed", "--"]
    command += [str(rows), str(GRIDSIZE), str(repeat), backend]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: exit code {done.returncode}")
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--backends", nargs="*", default=["cpu"], choices=["cpu", "gpu"])
    args = parser.parse_args()
    theirs = by_matplotlib(args.rows, args.repeat)
    print(f"matplotlib   first {theirs['first']:.3f} s, then {theirs['median']:.3f} s")
    for backend in args.backends:
        ours = by_heatbin(args.rows, args.repeat, backend)
        times = {key: theirs[key] / ours[key] for key in ("first", "median")}
        print(
            f"heatbin {backend}  first {ours['first']:.3f} s, then {ours['median']:.3f} s: "
            f"{times['first']:.1f} and {times['median']:.1f} times as fast"
        )
        if any(ours[key] != theirs[key] for key in ("binned", "filled", "most")):
            raise SystemExit(f"the counts differ: {ours}, not {theirs}")


if __name__ == "__main__":
    main()
