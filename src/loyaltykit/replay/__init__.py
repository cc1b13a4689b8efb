"""Past orders against settings: what would this program have cost?"""

from __future__ import annotations

from loyaltykit.replay.columns import Columns, read_columns
from loyaltykit.replay.flows import Flow, Life
from loyaltykit.replay.ladders import Move
from loyaltykit.replay.refusal import Refusal
from loyaltykit.replay.replay import replay
from loyaltykit.replay.report import Report
from loyaltykit.replay.rows import Row, read_rows
from loyaltykit.replay.table import life_csv, report_csv
from loyaltykit.replay.words import report_in_words

__all__ = [
    "Columns",
    "Flow",
    "Life",
    "Move",
    "Refusal",
    "Report",
    "Row",
    "life_csv",
    "read_columns",
    "read_rows",
    "replay",
    "report_csv",
    "report_in_words",
]
