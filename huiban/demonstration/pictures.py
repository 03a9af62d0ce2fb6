"""Pictures that residents and workers send in the demonstration: plain drawings, no photographs."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 800, 600
GROUND = 470
Painter = Callable[[ImageDraw.ImageDraw, Random], None]


def draw(category: str, rng: Random) -> bytes:
    """A picture of a matter of that category, as PNG; a house front where none is more telling."""
    image = Image.new("RGB", (WIDTH, HEIGHT), _shade(rng, 200))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, GROUND, WIDTH, HEIGHT), fill=_shade(rng, 120))
    PAINTERS.get(category, _house)(pen, rng)
    out = BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _shade(rng: Random, middle: int) -> tuple[int, int, int]:
    grey = rng.randint(middle - 14, middle + 14)
    return grey, grey - 4, grey - 10


def _house(pen: ImageDraw.ImageDraw, rng: Random) -> None:
    pen.rectangle((120, 60, 680, GROUND), fill=_shade(rng, 205), outline=(90, 84, 76), width=4)
    for row in range(4):
        for column in range(5):
            left, top = 160 + column * 104, 90 + row * 92
            glass = (255, 226, 150) if rng.random() < 0.3 else (126, 158, 176)
            pen.rectangle((left, top, left + 64, top + 58), fill=glass, outline=(90, 84, 76))


def _lift(pen: ImageDraw.ImageDraw, rng: Random) -> None:
    gap = rng.choice((8, 40, 90))
    pen.rectangle((200, 50, 600, GROUND + 40), fill=(96, 100, 104))
    pen.rectangle((225, 75, 575, GROUND + 40), fill=(40, 42, 46))
    middle = WIDTH // 2
    for left, right in ((225, middle - gap), (middle + gap, 575)):
        pen.rectangle((left, 75, right, GROUND + 40), fill=(186, 190, 194), outline=(120, 124, 128))
    pen.rectangle((640, 220, 690, 330), fill=(60, 62, 66))
    for top in (240, 290):
        lit = rng.random() < 0.5
        pen.ellipse((652, top, 678, top + 26), fill=(240, 170, 60) if lit else (90, 92, 96))


def _lamp(pen: ImageDraw.ImageDraw, rng: Random) -> None:
    pen.rectangle((0, 0, WIDTH, HEIGHT), fill=(28, 32, 46))
    pen.rectangle((0, GROUND, WIDTH, HEIGHT), fill=(44, 46, 52))
    dark = rng.randint(0, 2)
    for number, left in enumerate((150, 400, 650)):
        pen.rectangle((left - 6, 120, left + 6, GROUND), fill=(96, 98, 104))
        pen.rectangle((left - 40, 108, left + 40, 124), fill=(96, 98, 104))
        if number != dark:
            light = [(left - 36, 124), (left + 36, 124), (left + 110, GROUND), (left - 110, GROUND)]
            pen.polygon(light, fill=(92, 84, 54))


def _bins(pen: ImageDraw.ImageDraw, rng: Random) -> None:
    bins = ((150, (60, 110, 80)), (330, (70, 90, 140)), (510, (96, 96, 96)))
    for left, colour in bins:
        for _ in range(rng.randint(1, 3)):
            _bag(pen, rng, left + rng.randint(0, 70), 250)
        pen.rectangle((left, 250, left + 140, GROUND + 30), fill=colour)
        pen.rectangle((left - 10, 236, left + 150, 256), fill=tuple(c - 20 for c in colour))
    for _ in range(rng.randint(6, 12)):
        _bag(pen, rng, rng.randint(80, 680), GROUND + rng.randint(40, 70))


def _bag(pen: ImageDraw.ImageDraw, rng: Random, left: int, bottom: int) -> None:
    size = rng.randint(40, 80)
    colour = rng.choice(((30, 32, 36), (220, 220, 214), (150, 60, 50), (190, 150, 90)))
    pen.ellipse((left, bottom - size, left + size, bottom), fill=colour)


def _pit(pen: ImageDraw.ImageDraw, rng: Random) -> None:
    pen.rectangle((0, 140, WIDTH, HEIGHT), fill=_shade(rng, 96))
    for left in range(20, WIDTH, 180):
        pen.rectangle((left, 320, left + 100, 334), fill=(214, 210, 196))
    left, top, size = rng.randint(180, 380), rng.randint(360, 420), rng.randint(180, 300)
    pen.ellipse((left, top, left + size, top + size // 3), fill=(52, 50, 48))
    pen.ellipse((left + 20, top + 12, left + size - 20, top + size // 3 - 6), fill=(86, 96, 104))


def _cars(pen: ImageDraw.ImageDraw, rng: Random) -> None:
    for left in (40, 290, 540):
        colour = rng.choice(((160, 50, 46), (60, 84, 120), (222, 222, 218), (44, 46, 50)))
        pen.rounded_rectangle((left, 330, left + 220, 430), radius=30, fill=colour)
        pen.rounded_rectangle((left + 40, 270, left + 180, 350), radius=26, fill=colour)
        pen.rectangle((left + 56, 284, left + 164, 330), fill=(150, 176, 190))
        for wheel in (left + 30, left + 150):
            pen.ellipse((wheel, 400, wheel + 50, 450), fill=(24, 24, 26))


def _damp(pen: ImageDraw.ImageDraw, rng: Random) -> None:
    pen.rectangle((0, 0, WIDTH, 90), fill=(226, 222, 212))
    for _ in range(rng.randint(5, 9)):
        left, top, size = rng.randint(120, 560), rng.randint(20, 220), rng.randint(60, 200)
        stain = rng.randint(140, 170)
        pen.ellipse((left, top, left + size, top + size // 2), fill=(stain, stain - 14, stain - 44))
    pen.rectangle((60, 0, 84, GROUND), fill=(120, 124, 128))
    pen.ellipse((160, GROUND + 20, 620, GROUND + 90), fill=(104, 118, 130))


def _tree(pen: ImageDraw.ImageDraw, rng: Random) -> None:
    _house(pen, rng)
    pen.polygon([(250, GROUND + 40), (290, GROUND + 40), (300, 180), (276, 180)], fill=(92, 70, 50))
    for _ in range(26):
        left, top, size = rng.randint(120, 420), rng.randint(40, 260), rng.randint(60, 120)
        green = rng.randint(86, 130)
        pen.ellipse((left, top, left + size, top + size), fill=(60, green, 56))


PAINTERS: dict[str, Painter] = {
    "elevator": _lift,
    "lighting": _lamp,
    "garbage": _bins,
    "cleanliness": _bins,
    "road": _pit,
    "drainage": _damp,
    "water_supply": _damp,
    "maintenance_fund": _damp,
    "parking": _cars,
    "fire_safety": _cars,
    "greening": _tree,
}
