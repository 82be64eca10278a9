"""Shape: declared operations, in the recipe's order, from the source table to a tidy one. A closed list, no code."""

from agored.shape.operations import Shaped, Step, shape

__all__ = ["Shaped", "Step", "shape"]
