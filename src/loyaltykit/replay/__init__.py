"""Past orders against settings: what would this program have cost?"""

from __future__ import annotations

from loyaltykit.replay.columns import Columns, read_columns
from loyaltykit.replay.refusal import Refusal
from loyaltykit.replay.replay import replay
from loyaltykit.replay.report import Report
from loyaltykit.replay.rows import Row, read_rows
from loyaltykit.replay.table import report_csv
from loyaltykit.replay.words import report_in_words

__all__ = [
    "Columns",
    "Refusal",
    "Report",
    "Row",
    "read_columns",
    "read_rows",
    "replay",
    "report_csv",
    "report_in_words",
]
