"""Agored: from a council's file to a verified open dataset, in Welsh and English."""

__version__ = "0.1.0"
