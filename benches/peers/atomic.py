"""A plain CUDA kernel, one atomicAdd a point, and CuPy's own histogram, beside the ways of heatbin's kernels.

    python benches/peers/atomic.py --heatbin target/release/heatbin --points 1000000000 --bins 256,1024,4096

Needs an NVIDIA card, CuPy, and an adapter that heatbin can open on it. All count f32 points that lie on the card, by the card's own
clock, the median after one run to warm up. The plain kernel scales and truncates, so its cells are not exact. It has no part in any test.
"""

import argparse
import json
import statistics
import subprocess

KERNEL = r"""
extern "C" __global__ void plain(const float2* points, unsigned int* counts, long long rows, int bins, float low, float scale) {
    long long step = (long long)gridDim.x * blockDim.x;
    for (long long row = (long long)blockIdx.x * blockDim.x + threadIdx.x; row < rows; row += step) {
        float2 point = points[row];
        float x = (point.x - low) * scale, y = (point.y - low) * scale;
        if (x >= 0.0f && x < bins && y >= 0.0f && y < bins) atomicAdd(&counts[(int)x * bins + (int)y], 1u);
    }
}
"""

# Where heatbin's bench puts its points, and the range of its grids.
RANGES = {"uniform": (0.0, 1.0), "normal": (-5.0, 5.0), "onecell": (0.0, 1.0)}
ONE, STRAY = 0.31415, 4096


def cloud(cupy, dist, rows):
    points = cupy.empty((rows, 2), cupy.float32)
    for first in range(0, rows, 1 << 26):
        some = points[first : first + (1 << 26)]
        some[:] = (cupy.random.standard_normal if dist == "normal" else cupy.random.random)(some.shape, cupy.float32)
        if dist == "onecell":
            some[cupy.arange(len(some)) % STRAY != 0] = ONE
    return points


def seconds(cupy, work, repeat):
    taken = []
    for _ in range(repeat + 1):
        start, end = cupy.cuda.Event(), cupy.cuda.Event()
        start.record()
        work()
        end.record()
        end.synchronize()
        taken.append(cupy.cuda.get_elapsed_time(start, end) / 1e3)
    return statistics.median(taken[1:])


def theirs(dist, rows, sizes, repeat):
    import cupy

    plain = cupy.RawKernel(KERNEL, "plain")
    points, (low, high) = cloud(cupy, dist, rows), RANGES[dist]
    for bins in sizes:
        counts = cupy.zeros(bins * bins, cupy.uint32)
        arguments = (points, counts, cupy.int64(rows), cupy.int32(bins), cupy.float32(low), cupy.float32(bins / (high - low)))

        def count():
            counts.fill(0)
            plain((4096,), (256,), arguments)

        yield bins, "plain atomicAdd", seconds(cupy, count, repeat)
        assert int(counts.sum()) > 0.99 * rows
        x, y = cupy.ascontiguousarray(points[:, 0]), cupy.ascontiguousarray(points[:, 1])
        histogram = lambda: cupy.histogram2d(x, y, bins=bins, range=((low, high), (low, high)))
        yield bins, "cupy.histogram2d", seconds(cupy, histogram, min(repeat, 3))


def ours(heatbin, dist, rows, sizes, repeat):
    line = [heatbin, "bench", "--backend", "gpu", "--ways", "--json", "--shape", "hist2d", "--dtype", "f32"]
    line += ["--dist", dist, "--points", str(rows), "--repeat", str(repeat), "--bins", ",".join(map(str, sizes))]
    for measured in json.loads(subprocess.run(line, check=True, capture_output=True, text=True).stdout):
        if measured["stage"].startswith("bin"):
            yield measured["bins"], "heatbin, " + measured["stage"], measured["seconds_median"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--heatbin", default="target/release/heatbin")
    parser.add_argument("--points", type=int, default=1_000_000_000)
    parser.add_argument("--bins", default="256,1024,4096")
    parser.add_argument("--dist", default="uniform,normal,onecell")
    parser.add_argument("--repeat", type=int, default=7)
    args = parser.parse_args()
    sizes = [int(size) for size in args.bins.split(",")]
    for dist in args.dist.split(","):
        rows = [*ours(args.heatbin, dist, args.points, sizes, args.repeat), *theirs(dist, args.points, sizes, args.repeat)]
        for size in sizes:
            chosen = next(taken for bins, name, taken in rows if bins == size and name == "heatbin, bin")
            for bins, name, taken in rows:
                if bins == size:
                    speed = args.points / taken / 1e9
                    print(f"{dist:8} {bins:5} {name:32} {1e3 * taken:9.3f} ms {speed:8.1f} G/s {taken / chosen:7.2f} times")


if __name__ == "__main__":
    main()
