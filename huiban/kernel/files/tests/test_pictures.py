from __future__ import annotations

import os
import struct
import zlib
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from huiban.kernel.base.errors import Refusal
from huiban.kernel.files import rules
from huiban.kernel.files.pictures import re_encode

# As it is outside the tests, which begin with filters of their own.
pytestmark = pytest.mark.filterwarnings("error::PIL.Image.DecompressionBombWarning")

RED, BLUE = (200, 30, 30), (30, 30, 200)
ORIENTATION, GPS, MAKER = 0x0112, 0x8825, 0x010F


def photo(size: tuple[int, int] = (400, 300), **options: Any) -> bytes:
    """A picture whose upper left quarter is red on blue, saved as a JPEG unless told otherwise."""
    image = Image.new("RGB", size, BLUE)
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2, size[1] // 2), fill=RED)
    out = BytesIO()
    image.save(out, **({"format": "JPEG"} | options))
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def near(image: Image.Image, at: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    found = image.getpixel(at)
    assert isinstance(found, tuple)
    return all(abs(one - other) < 40 for one, other in zip(found, colour, strict=True))


def refusal_of(data: bytes) -> str:
    with pytest.raises(Refusal) as refused:
        re_encode(data)
    assert refused.value.field == "photos"
    return refused.value.message


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_a_jpeg_of_the_same_picture(form: str) -> None:
    picture = re_encode(photo(format=form))
    image = opened(picture.data)
    assert (image.format, image.mode) == ("JPEG", "RGB")
    assert image.size == (picture.width, picture.height) == (400, 300)
    assert near(image, (20, 20), RED)
    assert near(image, (380, 280), BLUE)


def test_a_large_photo_is_shrunk_and_a_small_one_left() -> None:
    large = re_encode(photo((4000, 3000)))
    assert (large.width, large.height) == (1600, 1200)
    assert len(large.data) < 200_000
    tall = re_encode(photo((900, 3200), format="PNG"))
    assert (tall.width, tall.height) == (450, 1600)
    assert (re_encode(photo((300, 1))).width, re_encode(photo((300, 1))).height) == (300, 1)


@pytest.mark.parametrize(
    ("orientation", "red_corner"),
    [(1, (20, 20)), (3, (380, 280)), (6, (280, 20)), (8, (20, 380))],
)
def test_a_photo_stands_upright(orientation: int, red_corner: tuple[int, int]) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    image = opened(re_encode(photo(exif=exif)).data)
    assert image.size == ((300, 400) if orientation in (6, 8) else (400, 300))
    assert near(image, red_corner, RED)
    assert not image.getexif()


def test_nothing_but_the_picture_is_kept() -> None:
    exif = Image.Exif()
    exif[MAKER] = "ACME-CAMERA"
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (31.0, 44.0, 5.0)
    told = photo(exif=exif, comment=b"SECRET-COMMENT", icc_profile=b"SECRET-PROFILE" * 20)
    assert b"ACME-CAMERA" in told
    assert b"SECRET-COMMENT" in told
    kept = re_encode(told).data
    for secret in (b"ACME-CAMERA", b"SECRET", b"Exif", b"GPS", b"http"):
        assert secret not in kept
    assert not opened(kept).getexif()
    assert "comment" not in opened(kept).info


@pytest.mark.parametrize("tail", [b"PK\x03\x04 a zip", b"<script>alert(1)</script>", b"%PDF-1.7"])
def test_what_is_hidden_behind_or_in_a_picture_is_dropped(tail: bytes) -> None:
    kept = re_encode(photo(comment=tail) + tail).data
    assert tail not in kept
    assert kept.endswith(b"\xff\xd9")


@pytest.mark.parametrize(
    "data",
    [
        photo(format="GIF"),
        photo(format="BMP"),
        photo(format="TIFF"),
        b"GIF89a" + photo(),
        b"%PDF-1.4\n" + photo(),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<html><script>alert(1)</script></html>",
        b"\x00\x00\x00\x1cftypisom then a film",
        b"x",
    ],
)
def test_what_does_not_begin_as_a_known_photo_is_refused(data: bytes) -> None:
    assert refusal_of(data) == rules.UNKNOWN_FORMAT


def test_an_empty_and_a_heavy_file_are_refused_unread() -> None:
    assert refusal_of(b"") == rules.EMPTY
    assert refusal_of(photo() + bytes(rules.PHOTO_BYTES)) == rules.TOO_BIG


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_a_truncated_photo_is_refused(form: str, share: float) -> None:
    image = Image.effect_noise((400, 300), 80).convert("RGB")
    out = BytesIO()
    image.save(out, form)
    whole = out.getvalue()
    assert re_encode(whole).width == 400
    assert refusal_of(whole[: int(len(whole) * share)]) == rules.BROKEN


def test_a_bare_header_of_each_format_is_refused() -> None:
    for header in (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x10\x00\x00\x00WEBP"):
        assert refusal_of(header) == rules.BROKEN
    assert refusal_of(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic") == rules.BROKEN


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_a_moving_picture_is_refused(form: str) -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in (RED, BLUE, RED)]
    out = BytesIO()
    frames[0].save(out, form, save_all=True, append_images=frames[1:], duration=100)
    assert refusal_of(out.getvalue()) == rules.MOVING


def test_a_second_picture_inside_a_phone_photo_does_no_harm() -> None:
    out = BytesIO()
    first, second = opened(photo()), Image.new("RGB", (100, 75), "white")
    first.save(out, "MPO", save_all=True, append_images=[second])
    picture = re_encode(out.getvalue())
    assert (picture.width, picture.height) == (400, 300)
    assert near(opened(picture.data), (20, 20), RED)


def png_of(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be that large."""

    def chunk(name: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + body))
        return struct.pack(">I", len(body)) + name + body + check

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(60_001)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [60_000, 10_000, 7_072])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(side: int) -> None:
    assert refusal_of(png_of(side, side)) == rules.TOO_MANY_PIXELS


def test_the_largest_picture_is_taken_and_one_row_more_is_not() -> None:
    flat = Image.new("L", (10_000, 5_000), 128)
    out = BytesIO()
    flat.save(out, "JPEG")
    assert (re_encode(out.getvalue()).width, re_encode(out.getvalue()).height) == (1600, 800)
    assert refusal_of(png_of(10_000, 5_001)) == rules.TOO_MANY_PIXELS


def test_a_picture_of_endless_scans_is_refused() -> None:
    told = photo(progressive=True)
    assert re_encode(told).width == 400
    scan = told.index(b"\xff\xda")
    assert refusal_of(told[:scan] + b"\xff\xda\x00\x08" * 200 + told[scan:]) == rules.BROKEN


def test_transparency_falls_on_white_and_sixteen_bits_are_scaled() -> None:
    out = BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(out, "PNG")
    assert near(opened(re_encode(out.getvalue()).data), (25, 25), (255, 255, 255))
    out = BytesIO()
    Image.new("P", (50, 50), 0).save(out, "PNG", transparency=0)
    assert near(opened(re_encode(out.getvalue()).data), (25, 25), (255, 255, 255))
    out = BytesIO()
    Image.new("I;16", (50, 50), 128 * 256).save(out, "PNG")
    assert near(opened(re_encode(out.getvalue()).data), (25, 25), (128, 128, 128))


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_grey_and_print_colours_are_taken(mode: str) -> None:
    out = BytesIO()
    opened(photo()).convert(mode).save(out, "JPEG")
    assert opened(re_encode(out.getvalue()).data).mode == "RGB"


SAMPLES = {form: photo((64, 48), format=form) for form in ("JPEG", "PNG", "WEBP")}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(SAMPLES)), st.lists(st.tuples(st.integers(0), st.integers(0, 255))))
def test_whatever_is_altered_ends_as_a_clean_photo_or_a_refusal(
    form: str, edits: list[tuple[int, int]]
) -> None:
    told = bytearray(SAMPLES[form])
    for place, value in edits:
        told[place % len(told)] = value
    with suppress(Refusal):
        picture = re_encode(bytes(told))
        assert opened(picture.data).size == (picture.width, picture.height)


needs_real_data = pytest.mark.skipif(
    "HUIBAN_REAL_DATA" not in os.environ, reason="not run: HUIBAN_REAL_DATA is unset"
)


def real(name: str) -> bytes:
    return (Path(os.environ["HUIBAN_REAL_DATA"]) / "photos" / name).read_bytes()


@needs_real_data
def test_real_photos_lose_where_they_were_taken() -> None:
    folder = Path(os.environ["HUIBAN_REAL_DATA"]) / "photos"
    photos = sorted(folder.iterdir())
    assert len(photos) >= 15
    with_gps = 0
    for path in photos:
        with_gps += bool(opened(path.read_bytes()).getexif().get_ifd(GPS))
        image = opened(re_encode(path.read_bytes()).data)
        assert image.format == "JPEG"
        assert max(image.size) <= 1600
        assert not image.getexif()
        assert not {"xmp", "exif", "icc_profile", "photoshop", "comment"} & image.info.keys()
    assert with_gps >= 8


@needs_real_data
def test_a_real_rotated_photo_stands_upright() -> None:
    told = opened(real("portrait_6.jpg"))
    assert (told.size, told.getexif()[ORIENTATION]) == ((600, 450), 6)
    upright = opened(re_encode(real("portrait_6.jpg")).data)
    assert upright.size == (450, 600)
    expected = told.transpose(Image.Transpose.ROTATE_270).convert("RGB")
    for at in ((20, 20), (430, 20), (20, 580), (430, 580), (225, 300)):
        colour = expected.getpixel(at)
        assert isinstance(colour, tuple)
        assert near(upright, at, (colour[0], colour[1], colour[2]))


@needs_real_data
def test_a_real_phone_photo_in_heic_is_taken() -> None:
    picture = re_encode(real("IMG_5195.HEIC"))
    assert (picture.width, picture.height) == (1239, 1600)
    for length in (5_000, 400_000, len(real("IMG_5195.HEIC")) - 1):
        assert refusal_of(real("IMG_5195.HEIC")[:length]) == rules.BROKEN
