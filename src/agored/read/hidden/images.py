"""Pictures in a workbook: whether they tell where, when or by whom they were taken."""

from __future__ import annotations


def tells_where_it_was_taken(start: bytes) -> bool:
    """Whether a picture, of which ``start`` is the beginning, carries a camera's notes (EXIF): its place, its
    time, its owner's name. A TIFF file is made of such notes."""
    if start.startswith(b"\xff\xd8"):
        return b"Exif\x00\x00" in start
    if start.startswith(b"\x89PNG"):
        return b"eXIf" in start
    if start.startswith(b"RIFF"):
        # A WebP picture says in its head whether such notes stand at its end.
        return start[12:16] == b"VP8X" and bool(start[20:21] and start[20] & 0x08)
    return start.startswith((b"II*\x00", b"MM\x00*"))
