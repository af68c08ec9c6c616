"""The report: from records of every command to a page and Markdown tables."""

from evaluation.report.command import main

__all__ = ["main"]
