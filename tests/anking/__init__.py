"""AnKing-like collections of any size, and question bank pages to go with them."""

from __future__ import annotations

from .bank_pages import printed_results, results_table
from .collection import GeneratedCollection, generate_collection

__all__ = [
    "GeneratedCollection",
    "generate_collection",
    "printed_results",
    "results_table",
]
