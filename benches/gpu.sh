#!/usr/bin/env bash
# What is to be measured where there is a GPU, in one go of some minutes: whether its adapter counts exactly, heatbin's own bench (a page for
# benches/results), the ways of its kernels beside a plain CUDA kernel and CuPy, and the frames of the live view.
#
#   benches/gpu.sh OUT
#
# OUT is a folder for what the steps print, each in a file of its own; a line on the screen says how each ended and how long it took. Steps
# that hang are ended. The programs are built first, or elsewhere and carried here: HEATBIN, TESTS (any number, by spaces) and VIEW name them.
# Fewer points: POINTS=1e6,1e7 MOST=10000000 benches/gpu.sh OUT.
set -uo pipefail
cd "$(dirname "$0")/.."

out="${1:?a folder for the results}"
mkdir -p "$out"

# The programs that cargo builds by a command.
built() { cargo "$@" --message-format=json | sed -n 's/.*"executable":"\([^"]*\)".*/\1/p'; }
heatbin="${HEATBIN:-$(built build --release --bin heatbin)}"
tests="${TESTS:-$(built test --no-run --lib --test integration | grep /deps/)}"
view="${VIEW:-$(built bench --no-run --bench view | grep /deps/)}"
points="${POINTS:-1e6,1e7,1e8,1e9}"
most="${MOST:-1000000000}"

# step SECONDS FILE COMMAND…
step() {
    local start=$SECONDS limit=$1 file=$2
    shift 2
    timeout -k 5 "$limit" "$@" >"$out/$file" 2>"$out/$file.err"
    local code=$?
    [ -s "$out/$file.err" ] || rm -f "$out/$file.err"
    printf '%-14s exit code %d, %d s\n' "$file" "$code" $((SECONDS - start)) | tee -a "$out/steps"
}

dists=uniform,normal,clifford,onecell
step 30 adapters "$heatbin" adapters
for program in $tests; do
    step 240 "exact-$(basename "${program%-*}")" "$program" gpu device backend
done
step 240 bench.md "$heatbin" bench --backend cpu,gpu --points "$points" --bins 256,1024,4096 --dtype f32 --dist $dists --pixels 4096 --markdown
step 180 hexbin.md "$heatbin" bench --backend gpu --shape hexbin --points "$points" --bins 500 --dtype f32 --dist $dists --markdown
step 240 ways.json "$heatbin" bench --backend gpu --ways --points "$points" --bins 60,256,1024,4000 --dtype f32 --dist $dists --json
step 240 atomic python3 benches/peers/atomic.py --heatbin "$heatbin" --points "$most"
step 240 view.json "$view" --gpu 100000000 "$most"
