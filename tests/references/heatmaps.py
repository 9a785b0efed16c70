"""Asks seaborn, matplotlib and numpy how they draw tables, and writes heatmaps.json.

    pip install -r tests/references/requirements.txt seaborn
    python tests/references/heatmaps.py

Of `seaborn.heatmap` the colours of the cells (the face colours of its QuadMesh, not pixels), its numbers and its tick labels; of
`pcolormesh` the edges that it makes of middles; of `imshow` pictures without axes. Colours are #rrggbbaa, row by row; cells that are
not drawn are empty. Values are texts, so that JSON cannot round them, and empty where they are missing.
"""

import json
import pathlib

import matplotlib

matplotlib.use("Agg")
import matplotlib.figure
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns

FOLDER = pathlib.Path(__file__).parent
DATA = FOLDER.parent.parent / "examples" / "data"


def tables():
    passengers = pd.read_csv(DATA / "flights.csv")
    passengers = passengers.pivot(index="month", columns="year", values="passengers")
    months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
    passengers = passengers.loc[months]
    generator = np.random.default_rng(20240229)
    samples = generator.normal(size=(40, 6)) @ generator.normal(size=(6, 6))
    correlations = pd.DataFrame(samples, columns=list("abcdef")).corr()
    iris = pd.read_csv(DATA / "iris.csv").corr(numeric_only=True)
    noise = generator.normal(scale=3.0, size=(17, 9))
    noise[generator.random((17, 9)) < 0.2] = np.nan
    noise[3] = np.nan
    noise = pd.DataFrame(noise)
    one = pd.DataFrame([[1.0, 2.5, -3.0, np.nan]], index=["only"], columns=list("wxyz"))
    flat = pd.DataFrame(np.full((3, 4), 7.25))
    return {"passengers": passengers, "correlations": correlations, "iris": iris, "noise": noise, "one": one, "flat": flat}


CASES = [
    ("passengers", {}, {}),
    ("passengers", {"annot": True}, {"annot": ".2g"}),
    ("passengers", {"annot": True, "fmt": "d", "linewidths": 0.5}, {"annot": "d", "linewidths": 0.5}),
    ("passengers", {"center": 200}, {"center": 200}),
    ("passengers", {"center": 500, "cmap": "vlag"}, {"center": 500, "cmap": "vlag"}),
    ("passengers", {"robust": True}, {"robust": True}),
    ("passengers", {"vmin": 150, "vmax": 400, "cmap": "YlGnBu"}, {"vmin": 150, "vmax": 400, "cmap": "YlGnBu"}),
    ("correlations", {"center": 0, "annot": True, "fmt": ".2f"}, {"center": 0, "annot": ".2f"}),
    ("correlations", {"mask": "upper", "center": 0, "vmax": 0.3}, {"mask": "upper", "center": 0, "vmax": 0.3}),
    ("correlations", {"mask": "lower", "robust": True}, {"mask": "lower", "robust": True}),
    ("iris", {"annot": True, "cmap": "vlag", "vmin": -1, "vmax": 1}, {"annot": ".2g", "cmap": "vlag", "vmin": -1, "vmax": 1}),
    ("noise", {}, {}),
    ("noise", {"annot": True}, {"annot": ".2g"}),
    ("noise", {"center": 0, "robust": True}, {"center": 0, "robust": True}),
    ("noise", {"mask": "upper", "vmin": -1}, {"mask": "upper", "vmin": -1}),
    ("one", {}, {}),
    # With a colorbar, matplotlib moves the limits of one value apart, which gives the cells another colour.
    ("flat", {"cbar": False}, {}),
]


def hexes(colors):
    """The bytes of colours as matplotlib's colormaps give them, which cuts and does not round."""
    scaled = (np.asarray(colors) * 255).astype(np.uint8)
    return ["" if color[3] == 0 else "#" + bytes(color).hex() for color in scaled.reshape(-1, 4)]


def drawn(table, options):
    options = dict(options)
    if "mask" in options:
        triangle = {"upper": np.triu, "lower": np.tril}[options["mask"]]
        options["mask"] = triangle(np.ones(table.shape, dtype=bool))
    figure, axes = plt.subplots(figsize=(9, 7))
    sns.heatmap(table, ax=axes, **options)
    mesh = axes.collections[0]
    figure.canvas.draw()
    mesh.update_scalarmappable()
    texts = {tuple(np.round(text.get_position(), 6)): text for text in axes.texts}
    notes = []
    for row in range(table.shape[0]):
        for column in range(table.shape[1]):
            text = texts.get((column + 0.5, row + 0.5))
            dark = text is not None and text.get_color() != "w"
            notes.append(None if text is None else [text.get_text(), "dark" if dark else "white"])
    result = {
        "colors": hexes(mesh.get_facecolors()),
        "columns": [label.get_text() for label in axes.get_xticklabels()],
        "rows": [label.get_text() for label in axes.get_yticklabels()],
        "xlabel": axes.get_xlabel(),
        "ylabel": axes.get_ylabel(),
    }
    if "annot" in options:
        result["annot"] = notes
    plt.close(figure)
    return result


def plain(table):
    return {
        "rows": [str(label) for label in table.index],
        "columns": [str(label) for label in table.columns],
        "names": [table.index.name or "", table.columns.name or ""],
        "values": ["" if np.isnan(v) else repr(float(v)) for v in table.to_numpy(dtype=float).ravel()],
    }


def edges():
    """What pcolormesh makes of middles."""
    answers = []
    for middles in ([0.0, 1.0, 2.5, 7.0], [1.0, 10.0, 100.0, 1000.0], [-3.25, 0.1]):
        axes = matplotlib.figure.Figure().subplots()
        mesh = axes.pcolormesh(middles, [0.0, 1.0], np.zeros((2, len(middles))), shading="nearest")
        answers.append({"middles": [repr(v) for v in middles], "edges": [repr(float(v)) for v in mesh._coordinates[0, :, 0]]})
    return answers


def pictures():
    """imshow without axes, one pixel of the picture a pixel of the page."""
    generator = np.random.default_rng(7)
    whole = generator.normal(size=(5, 7))
    # In seven columns no middle of a pixel lies on a border, where matplotlib takes the cell before it.
    holed = generator.random((9, 7))
    holed[4, 3] = np.nan
    answers = []
    for name, values in (("whole", whole), ("holed", holed)):
        for interpolation in ("nearest", "bilinear", "bicubic", "lanczos"):
            width, height = 84, 60
            figure = plt.figure(figsize=(width / 100, height / 100), dpi=100)
            axes = figure.add_axes((0, 0, 1, 1))
            axes.set_axis_off()
            axes.imshow(values, interpolation=interpolation, interpolation_stage="data", aspect="auto", cmap="gray")
            figure.patch.set_alpha(0)
            figure.canvas.draw()
            pixels = np.asarray(figure.canvas.buffer_rgba())
            plt.close(figure)
            answers.append(
                {
                    "name": name,
                    "interpolation": interpolation,
                    "shape": list(values.shape),
                    "values": ["" if np.isnan(v) else repr(float(v)) for v in values.ravel()],
                    "size": [width, height],
                    # Grey, and whether it is drawn: two hexadecimal digits a pixel, or two dashes.
                    "grey": ["".join(f"{p[0]:02x}" if p[3] > 127 else "--" for p in line) for line in pixels],
                }
            )
    return answers


def main():
    known = tables()
    cases = []
    for name, options, asked in CASES:
        cases.append({"table": name, "asked": asked, **drawn(known[name], options)})
    answer = {
        "versions": {module.__name__: module.__version__ for module in (sns, matplotlib, np, pd)},
        "tables": {name: plain(table) for name, table in known.items()},
        "cases": cases,
        "edges": edges(),
        "pictures": pictures(),
    }
    text = json.dumps([answer], indent=None, separators=(",", ":"), ensure_ascii=False)
    (FOLDER / "heatmaps.json").write_text(text.replace('},{"table"', '},\n{"table"') + "\n")


if __name__ == "__main__":
    main()
