"""A photo that isn't one: noise over a slope, so that it is as hard to encode as a real one."""

from __future__ import annotations

import random
from pathlib import Path

from PIL import Image

SIZE = (4000, 3000)
BYTES = 3_000_000


def make(path: Path) -> Path:
    """Write a JPEG of twelve megapixels and about three megabytes."""
    small = Image.frombytes("RGB", (500, 375), random.Random(1).randbytes(500 * 375 * 3))
    noise = small.resize(SIZE, Image.Resampling.BICUBIC)
    slope = Image.linear_gradient("L").resize(SIZE).convert("RGB")
    fine = Image.effect_noise(SIZE, 40).convert("RGB")
    picture = Image.blend(Image.blend(slope, noise, 0.4), fine, 0.3)
    for quality in range(92, 20, -6):
        picture.save(path, "JPEG", quality=quality)
        if path.stat().st_size <= BYTES * 1.1:
            break
    return path
