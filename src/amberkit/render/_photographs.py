"""Photographs: new pictures with nothing in them but the pixels of the old ones.

What a camera, an editor or a messenger has written into a file (the place, the owner, a
thumbnail of what was cut off) is not removed but never copied: a picture is decoded,
its pixels alone go into a new one, and what that is written as is checked part by part.
Needs the extra ``photo``.
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING

from amberkit.cases import Case
from amberkit.errors import InvalidValue, MissingExtra
from amberkit.messages import Picture
from amberkit.render._errors import PhotographRefused, RenderRefused
from amberkit.render._projection import photograph_digests

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

__all__ = ["clean_photograph", "clean_photographs"]

_MOST_BYTES = 20_000_000
_MOST_PIXELS = 25_000_000
# Whatever a picture has of pixels, scaling a side down costs memory for its length:
# a gigabyte for 25 million pixels in one row.
_MOST_SIDE = 20_000
# A progressive picture has some ten scans. Each of them costs a pass over all pixels,
# and some bytes are enough for one.
_MOST_SCANS = 100
_QUALITY = 88


def clean_photographs(case: Case, photos: Mapping[str, bytes]) -> Mapping[str, Picture]:
    """Return the photographs of *case*, cleaned, for `render_message`.

    Args:
        case: The case that names the photographs.
        photos: From the SHA-256 of an original, as the case names it, to its bytes. Not
            every photograph needs to be there.

    Returns:
        From the same digests to the cleaned pictures. Like the case, the digest of an
        original is not for others to see.

    Raises:
        RenderRefused: With the code ``other-photograph`` if the case names no such
            photograph, or bytes have another digest.
        PhotographRefused: If one cannot be cleaned.
        MissingExtra: If the extra ``photo`` is not installed.
    """
    if not set(photos) <= set(photograph_digests(case).values()):
        raise RenderRefused(
            "other-photograph", "each photograph must be one that the case names"
        )
    for sha256, data in photos.items():
        if hashlib.sha256(data).hexdigest() != sha256:
            raise RenderRefused(
                "other-photograph", "each photograph must have the SHA-256 of the case"
            )
    return {sha256: clean_photograph(data) for sha256, data in photos.items()}


def clean_photograph(data: bytes, *, max_side_px: int = 1600) -> Picture:
    """Return a photograph as a new JPEG, upright, in sRGB, with nothing else in it.

    Of an animation the first frame is taken; what is transparent becomes white. The
    same bytes give the same picture, for the same release of Pillow.

    Args:
        data: A JPEG, PNG or WebP file of at most 20 MB and 25 million pixels, no side
            longer than 20,000.
        max_side_px: Longest side of the result, in pixels, in ``[16, 8000]``; nothing
            is made larger than it is.

    Raises:
        PhotographRefused: If *data* is not such a file, or broken.
        InvalidValue: If *max_side_px* is out of its range.
        MissingExtra: If the extra ``photo`` is not installed.
    """
    if not 16 <= max_side_px <= 8000:
        raise InvalidValue("max_side_px", "in [16, 8000]")
    if len(data) > _MOST_BYTES:
        raise PhotographRefused("too-large", "it must have at most 20 MB")
    try:
        with warnings.catch_warnings():
            # Pillow warns of what it could not read, and goes on without it.
            warnings.simplefilter("ignore")
            with _open(data) as image:
                clean = _redraw(image, max_side_px)
    except (MissingExtra, PhotographRefused):
        raise
    except Exception:
        # Whatever a broken file does to Pillow: its errors may quote from the file.
        raise PhotographRefused("broken", "it cannot be read to the end") from None
    out = io.BytesIO()
    clean.save(out, format="JPEG", quality=_QUALITY)
    jpeg = out.getvalue()
    if not _is_bare(jpeg):
        raise PhotographRefused("not-clean", "it came out with more than a picture")
    return Picture(
        sha256=hashlib.sha256(jpeg).hexdigest(),
        media_type="image/jpeg",
        width_px=clean.width,
        height_px=clean.height,
        data=jpeg,
    )


def _open(data: bytes) -> ImageFile:
    """Read the header of a picture."""
    try:
        from PIL.JpegImagePlugin import JpegImageFile
        from PIL.PngImagePlugin import PngImageFile
        from PIL.WebPImagePlugin import WebPImageFile
    except ImportError:
        raise MissingExtra("photographs", "photo") from None
    # By content, and each by its own reader: no other format is ever tried.
    file = io.BytesIO(data)
    image: ImageFile
    if data.startswith(b"\xff\xd8\xff"):
        if _scans(data) > _MOST_SCANS:
            raise PhotographRefused("too-complex", "it must have at most 100 scans")
        image = JpegImageFile(file)
    elif data.startswith(b"\x89PNG\r\n\x1a\n"):
        image = PngImageFile(file)
    elif data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        image = WebPImageFile(file)
    else:
        raise PhotographRefused("not-a-photograph", "it must be a JPEG, PNG or WebP")
    if image.width * image.height > _MOST_PIXELS:
        raise PhotographRefused("too-large", "it must have at most 25 million pixels")
    if max(image.size) > _MOST_SIDE:
        raise PhotographRefused("too-large", "each side must be at most 20,000 pixels")
    return image


# A marker that has a length: not a stuffed byte, TEM, RST, SOI or a byte of filling.
_MARKER = re.compile(rb"\xff([^\0\x01\xd0-\xd8\xff])", re.DOTALL)


def _scans(jpeg: bytes) -> int:
    """Return how many scans a JPEG has, as a decoder would come across them."""
    scans, at = 0, 2
    while (found := _MARKER.search(jpeg, at)) and found[1] != b"\xd9":
        scans += found[1] == b"\xda"
        at = found.end() + int.from_bytes(jpeg[found.end() : found.end() + 2])
    return scans


def _redraw(image: ImageFile, max_side_px: int) -> Image:
    from PIL import Image

    image.load()
    turn = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }.get(_orientation(image))
    flat = _flatten(image)
    scale = max_side_px / max(flat.size)
    if scale < 1:
        width, height = (max(1, round(side * scale)) for side in flat.size)
        flat = flat.resize((width, height), Image.Resampling.LANCZOS)
    flat = _to_srgb(flat, image.info.get("icc_profile"))
    if turn is not None:
        flat = flat.transpose(turn)
    # A picture that is made here knows of no file.
    clean = Image.new("RGB", flat.size)
    clean.paste(flat)
    return clean


def _orientation(image: ImageFile) -> int:
    try:
        return int(image.getexif().get(0x0112, 1))
    except Exception:
        # EXIF that cannot be read is no reason to have no picture of a child.
        return 1


def _flatten(image: Image) -> Image:
    """Return an image of 8 bits, without alpha, in gray, RGB or CMYK."""
    from PIL import Image

    if image.mode.startswith("I"):
        # 16 bits of gray, which `convert` would cut off instead of scaling them.
        return image.convert("I").point(lambda value: value / 257).convert("L")
    if image.has_transparency_data:
        layers = image.convert("RGBA")
        flat = Image.new("RGB", layers.size, "white")
        flat.paste(layers, mask=layers)
        return flat
    return image if image.mode in ("L", "CMYK") else image.convert("RGB")


def _to_srgb(image: Image, profile: bytes | None) -> Image:
    """Return *image* in sRGB, by its color profile where it has one that is valid."""
    from PIL import ImageCms

    if profile:
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            srgb = ImageCms.createProfile("sRGB")
            found = ImageCms.profileToProfile(image, own, srgb, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            # Broken, or made for other pixels than these.
            found = None
        if found is not None:
            return found
    return image.convert("RGB")


# JFIF: version 1.x, no unit, square pixels, no thumbnail.
_HEADER = re.compile(rb"\xff\xd8\xff\xe0\0\x10JFIF\0\x01.\0\0\x01\0\x01\0\0", re.DOTALL)
_SOS = 0xFFDA
_NEEDED = frozenset({0xFFDB, 0xFFC4, 0xFFC0, _SOS})  # DQT, DHT, SOF0
# Within a scan a byte 0xFF is followed by 0, or it begins a marker, such as the end.
_SCAN = re.compile(rb"(?:[^\xff]|\xff\0)*+\xff\xd9", re.DOTALL)


def _is_bare(jpeg: bytes) -> bool:
    """Return whether nothing is in a JPEG but what a picture needs.

    That is a header, tables, one frame and one scan, and nothing after them. The
    encoder writes it so today; another release might think of something to add.
    """
    header = _HEADER.match(jpeg)
    if header is None:
        return False
    marker, at = 0, header.end()
    while marker != _SOS:
        marker, length = struct.unpack_from(">HH", jpeg, at)
        if marker not in _NEEDED:
            return False
        at += 2 + length
    return _SCAN.fullmatch(jpeg, at) is not None
