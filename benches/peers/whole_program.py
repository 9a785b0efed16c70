"""Times whole programs side by side: 20 million rows of Parquet to a log-scaled 1000 × 1000 PNG.

    pip install -r benches/peers/requirements.txt
    cargo build --release --bin heatbin --example speed
    python benches/peers/whole_program.py

Each program is started afresh every time, so an interpreter's start counts as heatbin's own does. They run by turns, after one
round that is not timed (the file is in memory then); printed are medians, the spread, and the most memory used. With them runs the
decoding of the two columns alone, by the crate that heatbin uses and on all cores, as a program that only does that (speed.rs).
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
import pyarrow
import pyarrow.parquet

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
NAMES = ("heatbin", "duckdb", "datashader")
DECODING = "decoding"


def points(folder, rows):
    """Two normal columns in f64, written with pyarrow's defaults; kept for the next time."""
    path = folder / f"points-{rows}.parquet"
    if not path.exists():
        random = np.random.default_rng(1)
        columns = {name: random.standard_normal(rows) for name in "xy"}
        beside = path.with_suffix(".part")
        pyarrow.parquet.write_table(pyarrow.table(columns), beside)
        beside.rename(path)
    return path


def commands(heatbin, source, folder):
    out = {name: str(folder / f"{name}.png") for name in NAMES}
    return {
        "heatbin": [
            heatbin, "hist2d", str(source), "-x", "x", "-y", "y", "--bins", "1000", "--norm", "log", "-o", out["heatbin"],
        ],
        "duckdb": [sys.executable, str(HERE / "duckdb_matplotlib.py"), str(source), out["duckdb"]],
        "datashader": [sys.executable, str(HERE / "datashader_points.py"), str(source), out["datashader"]],
    }  # fmt: skip


def run(command, told=""):
    """Seconds of wall time and the most memory of a process, in MB. It reads what it is told."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as source:
        source.write(told.encode())
        source.seek(0)
        process = subprocess.Popen(command, stdin=source, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            raise SystemExit(f"{' '.join(command)}\n{output.read().decode()}exit code {process.returncode}")
    return seconds, usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--heatbin", default=str(ROOT / "target/release/heatbin"), help="the program to time")
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--speed", default=str(ROOT / "target/release/examples/speed"), help="the program that decodes alone")
    parser.add_argument("--only", nargs="+", choices=(*NAMES, DECODING), default=(*NAMES, DECODING))
    parser.add_argument("--folder", type=pathlib.Path, help="where the data are kept; otherwise they are thrown away")
    args = parser.parse_args()
    for name, program in (("heatbin", args.heatbin), (DECODING, args.speed)):
        if name in args.only and not os.access(program, os.X_OK):
            build = "cargo build --release --bin heatbin --example speed"
            raise SystemExit(f"no program {program}: run `{build}` first, or give --heatbin and --speed")
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.folder or pathlib.Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        measure(args, points(folder, args.rows), folder)


def measure(args, source, folder):
    chosen = {name: command for name, command in commands(args.heatbin, source, folder).items() if name in args.only}
    told = {}
    if DECODING in args.only:
        chosen[DECODING], told[DECODING] = [args.speed], f"decode {source} 0\n"
    taken = {name: [] for name in chosen}
    for turn in range(args.repeat + 1):
        for name, command in chosen.items():
            result = run(command, told.get(name, ""))
            if turn > 0:
                taken[name].append(result)
    seconds = {name: statistics.median(s for s, _ in runs) for name, runs in taken.items()}
    first = next(iter(seconds))
    print(f"{args.rows} rows, {os.cpu_count()} cores, medians of {args.repeat}")
    print(f"{'program':<12}{'seconds':>9}{'from':>8}{'to':>8}{'MB':>7}   times {first}'s")
    for name, runs in taken.items():
        low, high = min(runs)[0], max(runs)[0]
        memory = max(mb for _, mb in runs)
        print(f"{name:<12}{seconds[name]:>9.2f}{low:>8.2f}{high:>8.2f}{memory:>7.0f}   {seconds[name] / seconds[first]:.1f}")


if __name__ == "__main__":
    main()
