"""All channels in one view."""

from __future__ import annotations

from pathlib import Path

from demo.tour import View

SQL = Path(__file__).parent / "sql"

CHANNELS = View(
    "Sales of all channels",
    "US dollars, over all days, from enterprise_marts.sales_by_channel_day.",
    SQL / "channels.sql",
)
