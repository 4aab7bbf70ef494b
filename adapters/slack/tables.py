"""Tables as Slack's own table block, where they fit."""

from __future__ import annotations

from adapters.slack import limits
from adapters.slack.pieces import Json, total
from core.cards import Table

#: Slack takes no empty cell.
_EMPTY = "–"


def table_block(table: Table, left: int) -> Json | None:
    """The table with its header as the first row, or None when Slack would not take it in ``left`` characters.

    Never a part of it: who reads a table must be able to trust that nothing is missing.
    """
    rows = [table.columns, *table.rows]
    width = len(table.columns)
    if len(rows) > limits.TABLE_ROWS or not 0 < width <= limits.TABLE_COLUMNS:
        return None
    if any(len(row) != width for row in rows):
        return None
    block: Json = {
        "type": "table",
        "rows": [
            [{"type": "raw_text", "text": cell if cell.strip() else _EMPTY} for cell in row] for row in rows
        ],
        "column_settings": [{"is_wrapped": True}] * width,
    }
    cells = total([block]) - limits.BLOCK_OVERHEAD
    return block if cells <= min(limits.TABLE_TEXT, left - limits.BLOCK_OVERHEAD) else None
