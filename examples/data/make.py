"""Makes flights.parquet, departures.parquet and zipcodes.csv.gz from the files of vega-datasets 3.2.1.

    pip install pyarrow==26.0.1
    python examples/data/make.py flights-3m.parquet zipcodes.csv

flights.parquet holds every one of the 3,000,000 rows, but only the two columns that a heatmap of them needs. Sorted by
both, they pack into 0.2 MB; the order of the rows is the one thing that is lost. The script reads its files back and
fails unless they hold what the sources hold.

departures.parquet holds every fourth flight from four airports, with the hour of its departure: something to reduce, and to tell
apart.
"""

import collections
import csv
import gzip
import io
import pathlib
import sys

import pyarrow
import pyarrow.compute
import pyarrow.parquet

FOLDER = pathlib.Path(__file__).parent


def flights(source):
    columns = ["distance", "delay"]
    table = pyarrow.parquet.read_table(source, columns=columns)
    table = table.sort_by([(name, "ascending") for name in columns])
    if any(table[name].null_count for name in columns):
        raise SystemExit("the source has nulls now: make the columns nullable")
    schema = pyarrow.schema([pyarrow.field(name, pyarrow.int32(), nullable=False) for name in columns])
    pyarrow.parquet.write_table(
        table.cast(schema),
        FOLDER / "flights.parquet",
        compression="zstd",
        compression_level=19,
        use_dictionary=False,
        column_encoding=dict.fromkeys(columns, "DELTA_BINARY_PACKED"),
        row_group_size=1_000_000,  # three, so that more than one core has something to read
        store_schema=False,
    )
    written = pyarrow.parquet.read_table(FOLDER / "flights.parquet")
    assert rows_of(written) == rows_of(table), "flights.parquet differs from its source"


def rows_of(table):
    """How often each pair of values occurs."""
    return collections.Counter(zip(table["distance"].to_pylist(), table["delay"].to_pylist()))


def departures(source):
    table = pyarrow.parquet.read_table(source)
    chosen = pyarrow.compute.is_in(table["origin"], pyarrow.array(["ATL", "LAX", "ORD", "PHX"], pyarrow.large_string()))
    table = table.filter(chosen)
    table = table.take(pyarrow.array(range(0, table.num_rows, 4)))
    minutes = pyarrow.compute.minute(table["date"]).cast(pyarrow.float32())
    hours = pyarrow.compute.hour(table["date"]).cast(pyarrow.float32())
    table = pyarrow.table(
        {
            "hour": pyarrow.compute.add(hours, pyarrow.compute.divide(minutes, 60)),
            "delay": table["delay"].cast(pyarrow.int16()),
            "distance": table["distance"].cast(pyarrow.int16()),
            "origin": table["origin"].cast(pyarrow.string()),
        }
    )
    order = ["origin", "distance", "hour", "delay"]
    table = table.sort_by([(name, "ascending") for name in order])
    path = FOLDER / "departures.parquet"
    pyarrow.parquet.write_table(table, path, compression="zstd", compression_level=19, store_schema=False)
    if not pyarrow.parquet.read_table(path).equals(table):
        raise SystemExit("departures.parquet does not hold what was written")


def zipcodes(source):
    """Longitude and latitude with the digits that the source prints."""
    with open(source, newline="", encoding="utf-8") as file:
        rows = [(row["longitude"], row["latitude"]) for row in csv.DictReader(file)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([("longitude", "latitude"), *rows])
    packed = gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0)
    (FOLDER / "zipcodes.csv.gz").write_bytes(packed)


if __name__ == "__main__":
    flights(sys.argv[1])
    departures(sys.argv[1])
    zipcodes(sys.argv[2])
    for name in ("flights.parquet", "departures.parquet", "zipcodes.csv.gz"):
        print(f"{name}: {(FOLDER / name).stat().st_size} bytes")
