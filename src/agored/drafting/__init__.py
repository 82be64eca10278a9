"""``agored new``: drafts of a dataset's files, from the shape of a council's file, for a person to complete.

Every proposal stands with what it rests on, in both languages; where the file leaves something open, the draft
holds the mark ``???``, and a file with a mark left in it cannot be used (``strict``). No value of the file is in a
draft: headings and names of sheets are, and of other texts those alone that tables are built with (``vocabulary``).
"""

from agored.drafting.files import draft, likely_letters

__all__ = ["draft", "likely_letters"]
