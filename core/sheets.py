"""Files for spreadsheets that no spreadsheet takes for more than text.

A cell that would be taken for a formula begins with an apostrophe instead, as OWASP advises against CSV injection, and
every cell is quoted, so that no separator in a name begins another one. A file begins with a byte order mark: without it
Excel reads UTF-8 as something else.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

MARK = "\ufeff"
#: What begins a formula, in full width too, and what a spreadsheet may skip to get to the next cell.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
#: What may stand before a formula's beginning without changing what it is.
_SKIPPED = "' \u00a0\u200c\u200d\ufe0f\ufeff"


def sheet(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> tuple[str, int]:
    """The text of a file with this head and these rows, and the number of rows."""
    out = io.StringIO(newline="")
    out.write(MARK)
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    count = 0
    for row in rows:
        writer.writerow(map(guarded, row))
        count += 1
    return out.getvalue(), count


def guarded(value: str) -> str:
    """The value as a cell that no spreadsheet takes for a formula; ``unguarded`` gives it back."""
    return f"'{value}" if _is_formula(value) else value


def unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _is_formula(cell) else cell


def _is_formula(value: str) -> bool:
    if not value or value[0].isalnum():
        return False  # nearly all: no need to look closer
    return value.startswith(_FORMULA) or value.lstrip(_SKIPPED).startswith(_FORMULA)
