"""Read: a council's file to a table of text whose cells know their places. Nothing is guessed."""

from agored.read.reading import Reading, read

__all__ = ["Reading", "read"]
