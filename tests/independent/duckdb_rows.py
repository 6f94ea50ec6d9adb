"""Asks DuckDB what `mortality query` answers: `python duckdb_rows.py PROGRAM STUDY [OPTION ...]`.

STUDY is one whose trials are finished, OPTIONs say where (`--results DIR`). Its tables, recorded
and special, come from `PROGRAM export`, its views and measures from `PROGRAM compile --json`. Each
measure is asked of both, and the answers must have the same columns and the same rows, in whatever order: whole numbers, words and reals equal to the bit,
missing values missing in both. They are known to differ in `%` of numbers below 0 and in CAST of
reals to whole numbers (polars cuts off, DuckDB rounds). Needs duckdb; outside CI. Exit code 1 if an
answer differs.
"""

import json
import math
import re
import subprocess
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

import duckdb

SHOWN = 5


def value(cell):
    """A cell as compared: flags as 0 and 1, reals by value (also DuckDB's decimals, which is what a
    literal such as 0.1 is there), zeros without sign, NaN missing."""
    if isinstance(cell, Decimal):
        cell = float(cell)
    if isinstance(cell, bool):
        return int(cell)
    if isinstance(cell, float):
        if math.isnan(cell):
            return None
        return int(cell) if cell.is_integer() and abs(cell) < 2**53 else cell
    return cell


def rows(relation):
    """Sorted rows; a missing value before all others, a number before a word."""
    order = lambda row: [(cell is not None, isinstance(cell, str), cell if cell is not None else 0) for cell in row]
    return sorted((tuple(map(value, row)) for row in relation.fetchall()), key=order)


class Both:
    def __init__(self, program, study, options, tables):
        self.program, self.study, self.options = program, study, options
        self.run("export", study, *options, "--out", tables)
        self.duck, self.read = duckdb.connect(), json.loads(self.run("compile", study, "--json"))
        keywords = "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category != 'unreserved'"
        self.reserved = "|".join(word for (word,) in self.duck.execute(keywords).fetchall())
        for path in Path(tables).glob("*.parquet"):
            self.view(path.stem, f"SELECT * FROM read_parquet('{path}')")
        # Each stands behind those that it rests on.
        for view in self.read["views"]:
            self.view(view["name"], self.quoted(view["sql"]))

    def view(self, name, sql):
        self.duck.execute(f'CREATE VIEW "{name}" AS {sql}')

    def quoted(self, sql):
        """The same with tables in quotes whose names are words of DuckDB's own."""
        return re.sub(rf"\b(FROM|JOIN)\s+({self.reserved})\b", r'\1 "\2"', sql)

    def run(self, *words):
        done = subprocess.run([self.program, *words], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"mortality {words[0]}: {done.stderr.strip()}")
        return done.stdout

    def differ(self, sql):
        """How the two answers differ, or nothing, and the number of rows."""
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "rows.parquet"
            self.run("query", self.study, sql, *self.options, "--out", out)
            theirs = self.duck.sql(f"SELECT * FROM read_parquet('{out}')")
            columns, theirs = theirs.columns, rows(theirs)
        try:
            relation = self.duck.sql(self.quoted(sql))
            names, ours = relation.columns, rows(relation)
        except duckdb.Error as error:
            return f"DuckDB: {error}", 0
        if names != columns:
            return f"columns {columns} and in DuckDB {names}", len(ours)
        if ours != theirs:
            pairs = [(a, b) for a, b in zip(theirs, ours) if a != b][:SHOWN]
            return f"{len(theirs)} rows and in DuckDB {len(ours)}; the first that differ: {pairs}", len(ours)
        return None, len(ours)


def main(program, study, *options):
    with tempfile.TemporaryDirectory() as tables:
        both, wrong, total = Both(program, study, options, tables), 0, 0
        for measure in both.read["measures"]:
            problem, found = both.differ(measure["sql"])
            wrong, total = wrong + bool(problem), total + found
            print(f"{measure['name']}: {problem or f'{found} rows, the same'}", flush=True)
    print(f"{study}: {len(both.read['measures'])} measures, {total} rows, {wrong} differ")
    return bool(wrong) or not both.read["measures"]


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
