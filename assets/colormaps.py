"""Writes colormaps.bin: every named colormap of matplotlib and seaborn, as the bytes that those libraries draw.

    python assets/colormaps.py        (matplotlib 3.11.2, seaborn 0.13.2)

A record is: length of the name (u8), name, number of colours (u16, little endian), 3 bytes a colour. Records are sorted
by name. The reversed maps (`_r`) are not stored: this script checks that each is its map read backwards, and
stores the few that are not.
"""

import pathlib
import struct

import matplotlib
import numpy as np
import seaborn  # noqa: F401  registers its colormaps with matplotlib


def table(name):
    cmap = matplotlib.colormaps[name]
    return cmap(np.arange(cmap.N), bytes=True)[:, :3]


names = sorted(name for name in matplotlib.colormaps)
records = []
for name in names:
    colours = table(name)
    if name.endswith("_r") and np.array_equal(colours, table(name[:-2])[::-1]):
        continue
    records.append(
        struct.pack("<B", len(name)) + name.encode() + struct.pack("<H", len(colours)) + colours.tobytes()
    )

path = pathlib.Path(__file__).with_name("colormaps.bin")
path.write_bytes(b"".join(records))
print(f"{len(names)} names, {len(records)} records, {path.stat().st_size} bytes")
