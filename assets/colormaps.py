"""Writes colormaps.bin: every named colormap of matplotlib, seaborn and colorcet, as the bytes that matplotlib draws.

    python assets/colormaps.py        (matplotlib 3.11.2, seaborn 0.13.2, colorcet 3.2.1)

A record is: length of the name (u8), name, number of colours (u16, little endian), 3 bytes a colour. Where that number is 0, the colours
are those of another name, which follows as a length (u8) and the name. Records are sorted by name. The reversed maps (`_r`) are not stored: this script checks that each is its map read backwards, and
stores the few that are not.
"""

import pathlib
import struct

import colorcet  # noqa: F401  registers its colormaps with matplotlib
import matplotlib
import numpy as np
import seaborn  # noqa: F401  registers its colormaps with matplotlib


def table(name):
    cmap = matplotlib.colormaps[name]
    return cmap(np.arange(cmap.N), bytes=True)[:, :3]


names = sorted(name for name in matplotlib.colormaps)
records = []
first = {}
for name in names:
    colours = table(name)
    if name.endswith("_r") and np.array_equal(colours, table(name[:-2])[::-1]):
        continue
    head = struct.pack("<B", len(name)) + name.encode()
    same = first.setdefault(colours.tobytes(), name)
    if same == name:
        records.append(head + struct.pack("<H", len(colours)) + colours.tobytes())
    else:
        records.append(head + struct.pack("<HB", 0, len(same)) + same.encode())

path = pathlib.Path(__file__).with_name("colormaps.bin")
path.write_bytes(b"".join(records))
print(f"{len(names)} names, {len(records)} records, {path.stat().st_size} bytes")
