"""What a photo may be: its limits, and its format by content. No database, clock or picture."""

from __future__ import annotations

PHOTO_BYTES = 12_000_000
PHOTO_PIXELS = 50_000_000
# Progressive pictures have a dozen scans; thousands are a trap that keeps a processor busy.
SCANS = 100
LONGEST_EDGE = 1600
JPEG_QUALITY = 82
PHOTOS_OF_A_SUBJECT = 9
# What one request may bring in photos, and in all: the rest of it is small fields.
REQUEST_PHOTO_BYTES = 60_000_000
REQUEST_BYTES = 130_000_000

HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1"})

EMPTY = "这张照片是空的。请重新选一张。"
TOO_BIG = "这张照片太大，超过了12 MB。请换一张小一些的，或直接用手机拍一张。"
TOO_MANY_PIXELS = "这张照片的尺寸太大，超过了5000万像素。请换一张小一些的，或直接用手机拍一张。"
UNKNOWN_FORMAT = "这个文件不是能用的照片。请换一张照片（JPG、PNG、WebP、HEIC），或直接拍一张。"
MOVING = "这是一张动图，看不出是哪一刻。请换一张普通照片。"
BROKEN = "这张照片打不开，可能没有传完整。请重新选一次，或直接拍一张。"
NO_ROOM = "照片这会儿存不下来，不是您的问题。可以先提交文字，过一会儿再补照片。"
TOO_MUCH_AT_ONCE = "这次传的照片加起来超过了60 MB，这张没有收下。请分几次补充。"
TOO_MANY = f"最多放{PHOTOS_OF_A_SUBJECT}张照片，多出来的没有收下。请挑最能说明情况的几张。"
USED = "有照片已经提交过，或放得太久被清掉了。请重新选照片再提交。"


def kind_of(data: bytes) -> str | None:
    """Pillow's name for the format that the first bytes show; None for any other.

    A name or a media type is what a sender claims; only the bytes count.
    """
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in HEIF_BRANDS:
        return "HEIF"
    return None


def has_too_many_scans(data: bytes) -> bool:
    """Whether a JPEG is made of more scans than a picture needs."""
    return data.count(b"\xff\xda") > SCANS


def is_cut_short(data: bytes) -> bool:
    """Whether a HEIC file ends before one of its boxes does; its decoder would fill in grey.

    A box says its length in its first four bytes (ISO/IEC 14496-12): 1 means that eight bytes
    after its name say it, 0 that it reaches to the end.
    """
    start = 0
    while 0 <= start < len(data):
        length = int.from_bytes(data[start : start + 4], "big")
        if length == 0:
            return False
        if length == 1:
            length = int.from_bytes(data[start + 8 : start + 16], "big")
        if length < 8:
            return True
        start += length
    return start > len(data)
