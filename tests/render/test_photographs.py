"""A picture that is shown holds its pixels, the right way up, and nothing else."""

import hashlib
import io
import random
import struct
import sys
import zlib

import attrs
import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from amberkit.errors import InvalidValue, MissingExtra
from amberkit.render import (
    PhotographRefused,
    RenderRefused,
    clean_photograph,
    clean_photographs,
    render_message,
)
from amberkit.render._photographs import _is_bare
from amberkit.values import Audience, DisclosureReason, Localized, Mode

CANARY = b"Zq4711Xv"
RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 180, 40), (30, 50, 220), (230, 220, 40)


def encoded(image, form="PNG", **options):
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def opened(picture):
    return Image.open(io.BytesIO(picture.data)).convert("RGB")


def quarters(width=96, height=64):
    """Red, green, blue and yellow: upper left and right, lower left and right."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    image.paste(YELLOW, (width // 2, height // 2, width, height))
    return image


def is_near(pixel, color, by=30):
    return all(abs(a - b) <= by for a, b in zip(pixel, color, strict=True))


def srgb():
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def srgb_with_red_and_blue_swapped():
    profile = bytearray(srgb())
    (count,) = struct.unpack_from(">I", profile, 128)
    at = {bytes(profile[n : n + 4]): n for n in range(132, 132 + 12 * count, 12)}
    red, blue = at[b"rXYZ"] + 4, at[b"bXYZ"] + 4
    first, second = bytes(profile[red : red + 8]), bytes(profile[blue : blue + 8])
    profile[red : red + 8], profile[blue : blue + 8] = second, first
    return bytes(profile)


# --- nothing else -----------------------------------------------------------------------


def exif():
    data = Image.Exif()
    data[0x010E] = f"description {CANARY.decode()}"
    data[0x9286] = CANARY
    data.get_ifd(0x8825).update({1: "N", 2: (33.0, 35.0, 40.0), 29: CANARY.decode()})
    return data.tobytes()


def segment(marker, content):
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def profile_with_canary():
    """A valid profile, with a canary in a tag of its own."""
    profile = bytearray(srgb())
    (count,) = struct.unpack_from(">I", profile, 128)
    at = {bytes(profile[n : n + 4]): n for n in range(132, 132 + 12 * count, 12)}
    offset, size = struct.unpack_from(">II", profile, at[b"cprt"] + 4)
    text = "".join(c + "\0" for c in CANARY.decode())[:-1].encode()
    profile[offset + size - len(text) : offset + size] = text
    return bytes(profile)


def jpegs():
    plain = encoded(quarters(), "JPEG")
    head, rest = plain[:20], plain[20:]
    thumbnail = encoded(Image.new("RGB", (8, 8)), "JPEG", comment=CANARY)
    yield "exif", encoded(quarters(), "JPEG", exif=exif())
    yield "exif-thumbnail", head + segment(0xE1, exif() + thumbnail) + rest
    xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + CANARY + b"</x:xmpmeta>"
    yield "xmp", head + segment(0xE1, xmp) + rest
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0d\x1c\x02\x78\0\x08" + CANARY
    yield "iptc", head + segment(0xED, iptc + b"\0") + rest
    yield "icc", encoded(quarters(), "JPEG", icc_profile=profile_with_canary())
    yield "comment", encoded(quarters(), "JPEG", comment=CANARY)
    yield "unknown-app", head + segment(0xEF, CANARY) + rest
    yield "jfif-thumbnail", plain[:2] + segment(0xE0, b"JFXX\0" + CANARY) + rest
    yield "after-the-end", plain + CANARY
    yield "second-picture", plain + thumbnail


def pngs():
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", CANARY.decode())
    texts.add_text("Place", CANARY.decode() * 9, zip=True)
    texts.add_itxt("XML:com.adobe.xmp", f"<x>{CANARY.decode()}</x>")
    plain = encoded(quarters())
    yield "text-chunks", encoded(quarters(), pnginfo=texts)
    yield "exif-chunk", encoded(quarters(), exif=exif())
    yield "icc-chunk", encoded(quarters(), icc_profile=profile_with_canary())
    yield "after-the-end-of-png", plain + CANARY


def webps():
    xmp = b"<x:xmpmeta>" + CANARY + b"</x:xmpmeta>"
    yield "webp-exif", encoded(quarters(), "WEBP", exif=exif())
    yield "webp-xmp", encoded(quarters(), "WEBP", xmp=xmp)
    yield "webp-icc", encoded(quarters(), "WEBP", icc_profile=profile_with_canary())
    yield "after-the-end-of-webp", encoded(quarters(), "WEBP") + CANARY


def holds_canary(data):
    """Look into the bytes, and into what Pillow finds packed in them."""
    spread = b"\0".join(CANARY[n : n + 1] for n in range(len(CANARY)))
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        found = repr(image.info) + repr(dict(image.getexif()))
        found += repr(image.getexif().get_ifd(0x8825))
        profile = image.info.get("icc_profile") or b""
    return (
        any(needle in data + profile for needle in (CANARY, spread))
        or CANARY.decode() in found
    )


@pytest.mark.parametrize(
    "data",
    [pytest.param(data, id=name) for name, data in [*jpegs(), *pngs(), *webps()]],
)
def test_nothing_that_was_written_into_a_file_survives(data):
    picture = clean_photograph(data)

    assert holds_canary(data)
    assert not holds_canary(picture.data)
    with Image.open(io.BytesIO(picture.data)) as image:
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert not image.getexif()
    assert is_near(opened(picture).getpixel((5, 5)), RED)


def test_the_parts_of_what_comes_out_are_those_of_a_picture():
    data = clean_photograph(encoded(quarters(), "JPEG", exif=exif())).data
    at, markers = 2, []
    while not markers or markers[-1] != 0xDA:
        markers.append(data[at + 1])
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")

    assert data[:2] == b"\xff\xd8"
    assert set(markers) == {0xE0, 0xDB, 0xC0, 0xC4, 0xDA}
    assert data.count(b"\xff\xd9") == 1
    assert data.endswith(b"\xff\xd9")


def test_a_jpeg_with_more_in_it_is_not_bare():
    data = clean_photograph(encoded(quarters())).data
    head, rest = data[:20], data[20:]
    comment = segment(0xFE, CANARY)
    scan = data.index(b"\xff\xda")
    start = scan + 2 + int.from_bytes(data[scan + 2 : scan + 4], "big")

    assert _is_bare(data)
    assert not _is_bare(head + comment + rest)
    assert not _is_bare(head + segment(0xE1, b"Exif\0\0") + rest)
    assert not _is_bare(data[:scan] + comment + data[scan:])
    assert not _is_bare(data[:start] + comment + data[start:])
    assert not _is_bare(data[:start] + b"\xff\xd0" + data[start:])
    assert not _is_bare(data + b"\0")
    assert not _is_bare(data + data)
    assert not _is_bare(data[:-2])
    assert not _is_bare(data[:2] + rest)
    # A thumbnail of one pixel within the header.
    thumbnail = data[4:18] + b"\x01\x01" + b"\0\0\0"
    assert not _is_bare(data[:2] + segment(0xE0, thumbnail[2:]) + rest)
    assert not _is_bare(encoded(quarters(), "JPEG", progressive=True))
    assert not _is_bare(encoded(quarters(), "JPEG", exif=exif()))


def test_an_encoder_that_adds_something_is_caught(monkeypatch):
    save = Image.Image.save

    def chatty(self, out, **options):
        save(self, out, **options, comment=b"made by somebody")

    data = encoded(quarters())
    monkeypatch.setattr(Image.Image, "save", chatty)

    with pytest.raises(PhotographRefused) as caught:
        clean_photograph(data)
    assert caught.value.code == "not-clean"


# --- as it is meant to be seen ----------------------------------------------------------

# Where the first row and the first column of the file belong: EXIF 2.32, table 6.
ORIENTATIONS = {
    1: ("top", "left"),
    2: ("top", "right"),
    3: ("bottom", "right"),
    4: ("bottom", "left"),
    5: ("left", "top"),
    6: ("right", "top"),
    7: ("right", "bottom"),
    8: ("left", "bottom"),
}
OTHER = {"top": "bottom", "bottom": "top", "left": "right", "right": "left"}


def corners(image):
    """The color at each corner, by the two sides that meet there."""
    x, y = {"left": 4, "right": image.width - 5}, {"top": 4, "bottom": image.height - 5}
    return {
        frozenset({side, end}): image.getpixel((x[side], y[end]))
        for side in x
        for end in y
    }


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_a_photograph_stands_upright(orientation, form):
    tag = Image.Exif()
    tag[0x0112] = orientation
    picture = clean_photograph(encoded(quarters(), form, exif=tag.tobytes()))
    row, column = ORIENTATIONS[orientation]
    found = corners(opened(picture))

    assert is_near(found[frozenset({row, column})], RED)
    assert is_near(found[frozenset({row, OTHER[column]})], GREEN)
    assert is_near(found[frozenset({OTHER[row], column})], BLUE)
    assert is_near(found[frozenset({OTHER[row], OTHER[column]})], YELLOW)
    size = (picture.width_px, picture.height_px)
    assert size == ((64, 96) if orientation > 4 else (96, 64))


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_there_is_not_leaves_the_picture_as_it_is(orientation):
    tag = Image.Exif()
    tag[0x0112] = orientation
    picture = clean_photograph(encoded(quarters(), "JPEG", exif=tag.tobytes()))

    assert is_near(opened(picture).getpixel((5, 5)), RED)


def test_exif_that_cannot_be_read_is_no_reason_to_have_no_picture():
    plain = encoded(quarters(), "JPEG")
    broken = plain[:20] + segment(0xE1, b"Exif\0\0garbage!" + CANARY) + plain[20:]
    picture = clean_photograph(broken)

    assert is_near(opened(picture).getpixel((5, 5)), RED)
    assert CANARY not in picture.data


@pytest.mark.parametrize(
    ("image", "form", "color"),
    [
        (Image.new("RGBA", (40, 40), (220, 30, 30, 0)), "PNG", (255, 255, 255)),
        (Image.new("RGBA", (40, 40), (0, 0, 0, 128)), "PNG", (127, 127, 127)),
        (Image.new("RGBA", (40, 40), (0, 0, 0, 128)), "WEBP", (127, 127, 127)),
        (Image.new("LA", (40, 40), (0, 0)), "PNG", (255, 255, 255)),
        (Image.new("L", (40, 40), 90), "PNG", (90, 90, 90)),
        (Image.new("L", (40, 40), 90), "JPEG", (90, 90, 90)),
        (Image.new("1", (40, 40), 1), "PNG", (255, 255, 255)),
        (Image.new("RGB", (40, 40), GREEN).quantize(4), "PNG", GREEN),
        (Image.new("I;16", (40, 40), 65535), "PNG", (255, 255, 255)),
        (Image.new("I;16", (40, 40), 128 * 257), "PNG", (128, 128, 128)),
        (Image.new("CMYK", (40, 40), (0, 255, 255, 0)), "JPEG", (255, 0, 0)),
    ],
    ids=lambda value: getattr(value, "mode", value),
)
def test_every_kind_of_pixel_becomes_a_color(image, form, color):
    picture = clean_photograph(encoded(image, form))

    assert is_near(opened(picture).getpixel((20, 20)), color, by=4)


def test_a_transparent_color_of_a_palette_becomes_white():
    image = quarters().quantize(4)
    index = image.getpixel((5, 5))
    picture = clean_photograph(encoded(image, transparency=index))

    assert is_near(opened(picture).getpixel((5, 5)), (255, 255, 255))
    assert is_near(opened(picture).getpixel((90, 5)), GREEN)


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_of_an_animation_the_first_frame_is_shown(form):
    frames = [Image.new("RGB", (40, 40), color) for color in (RED, BLUE)]
    data = encoded(frames[0], form, save_all=True, append_images=frames[1:])
    picture = clean_photograph(data)

    with Image.open(io.BytesIO(data)) as image:
        assert image.n_frames == 2
    assert is_near(opened(picture).getpixel((20, 20)), RED)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_colors_are_those_that_the_profile_means(form):
    profile = srgb_with_red_and_blue_swapped()
    data = encoded(Image.new("RGB", (40, 40), (250, 10, 10)), form, icc_profile=profile)

    assert is_near(opened(clean_photograph(data)).getpixel((20, 20)), (10, 10, 250))


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("profile", [b"garbage", srgb()[:200], srgb()])
def test_a_profile_that_is_broken_or_of_other_pixels_is_passed_over(mode, profile):
    plain = Image.new("RGB", (40, 40), (128, 128, 128)).convert(mode)
    data = encoded(plain, "JPEG", icc_profile=profile)
    expected = opened(clean_photograph(encoded(plain, "JPEG"))).getpixel((20, 20))

    found = opened(clean_photograph(data)).getpixel((20, 20))
    assert is_near(found, expected, by=3)


@pytest.mark.parametrize(
    ("size", "limit", "result"),
    [
        ((3200, 1000), 1600, (1600, 500)),
        ((1000, 3200), 1600, (500, 1600)),
        ((1600, 1200), 1600, (1600, 1200)),
        ((90, 60), 1600, (90, 60)),
        ((90, 60), 16, (16, 11)),
        ((4000, 1), 100, (100, 1)),
        ((1, 1), 16, (1, 1)),
    ],
)
def test_a_large_photograph_is_made_smaller_in_proportion(size, limit, result):
    picture = clean_photograph(encoded(Image.new("L", size, 50)), max_side_px=limit)

    assert (picture.width_px, picture.height_px) == result
    assert opened(picture).size == result


def test_what_is_made_smaller_shows_the_same():
    picture = clean_photograph(encoded(quarters(960, 640)), max_side_px=96)
    was, now = np.asarray(quarters(), int), np.asarray(opened(picture), int)

    assert np.abs(was - now).mean() < 4


def test_a_picture_knows_its_digest_and_is_the_same_each_time():
    data = encoded(quarters(), "JPEG", exif=exif())
    one, two = clean_photograph(data), clean_photograph(data)

    assert one == two
    assert one.media_type == "image/jpeg"
    assert one.sha256 == hashlib.sha256(one.data).hexdigest()
    assert hashlib.sha256(data).hexdigest() != one.sha256


# --- what is refused --------------------------------------------------------------------


def refusal(data):
    with pytest.raises(PhotographRefused) as caught:
        clean_photograph(data)

    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert CANARY.decode() not in str(caught.value)
    return caught.value.code


@pytest.mark.parametrize("form", ["GIF", "BMP", "TIFF", "ICO", "JPEG2000"])
def test_another_kind_of_file_is_refused_by_its_content(form):
    assert refusal(encoded(quarters(), form)) == "not-a-photograph"


@pytest.mark.parametrize(
    "data", [b"", b"\xff", CANARY, b"%PDF-1.7", b"<svg/>", b"RIFF\0\0\0\0WAVE"]
)
def test_what_is_no_picture_is_refused(data):
    assert refusal(data) == "not-a-photograph"


def test_a_file_of_more_than_20_megabytes_is_refused():
    data = encoded(quarters())
    limit = 20_000_000

    assert clean_photograph(data.ljust(limit, b"\0"))
    assert refusal(data.ljust(limit + 1, b"\0")) == "too-large"


def header_of_png(width, height):
    """The beginning of a PNG, and nothing that could be decoded."""
    content = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + content
        + struct.pack(">I", zlib.crc32(content))
        + struct.pack(">I", 0)
        + b"IDAT"
        + struct.pack(">I", zlib.crc32(b"IDAT"))
    )


@pytest.mark.parametrize(
    ("size", "code"),
    [
        ((5000, 5000), "broken"),
        ((5000, 5001), "too-large"),
        ((30_000, 30_000), "too-large"),
        ((2**31 - 1, 2**31 - 1), "too-large"),
        ((25_000_001, 1), "too-large"),
        ((25_000_000, 1), "too-large"),
        ((20_001, 1), "too-large"),
        ((1, 20_001), "too-large"),
        ((20_000, 1250), "broken"),
        ((1250, 20_000), "broken"),
    ],
)
def test_pixels_and_sides_are_measured_before_anything_is_decoded(size, code):
    assert refusal(header_of_png(*size)) == code


def test_25_million_pixels_are_taken():
    picture = clean_photograph(encoded(Image.new("1", (5000, 5000), 1)))

    assert (picture.width_px, picture.height_px) == (1600, 1600)


@pytest.mark.parametrize("size", [(20_000, 1), (1, 20_000)])
def test_the_longest_side_is_taken(size):
    picture = clean_photograph(encoded(Image.new("1", size, 1)))

    assert sorted((picture.width_px, picture.height_px)) == [1, 1600]


def test_a_bomb_is_defused():
    """25 kB of file, 26 million pixels, whatever Pillow itself would think of it."""
    bomb = encoded(Image.new("1", (5200, 5000)))

    assert len(bomb) < 25_000
    assert refusal(bomb) == "too-large"


def test_a_jpeg_of_endless_scans_is_refused():
    data = encoded(quarters(), "JPEG", progressive=True)
    head, *scans = data[:-2].split(b"\xff\xda")
    last = b"\xff\xda" + scans[-1]

    def with_scans(count, before=b""):
        more = last * (count - len(scans))
        return head + before + data[len(head) : -2] + more + data[-2:]

    assert 1 < len(scans) < 20
    assert outcome(with_scans(100)) == outcome(data)
    assert refusal(with_scans(101)) == "too-complex"
    # TEM has no length; FF may be repeated before a marker.
    assert refusal(with_scans(101, before=b"\xff\x01")) == "too-complex"
    assert refusal(with_scans(101, before=b"\xff\xff")) == "too-complex"


def test_what_only_looks_like_a_scan_is_none():
    """A film after the picture, as some telephones add it; data of another format."""
    film = b"\xff\xda" * 500

    assert clean_photograph(encoded(quarters(), "JPEG") + film)
    assert clean_photograph(encoded(quarters(), "JPEG", comment=film))
    assert clean_photograph(encoded(quarters()) + film)
    assert clean_photograph(encoded(quarters(), "WEBP") + film)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_half_a_file_is_refused(form):
    noise = Image.effect_noise((96, 64), 90).convert("RGB")
    data = encoded(noise, form)

    codes = {refusal(data[: len(data) * n // 20]) for n in range(1, 19)}
    assert codes <= {"broken", "not-a-photograph"}
    assert "broken" in codes


@pytest.mark.parametrize(
    "data",
    [pytest.param(data, id=name) for name, data in [*jpegs(), *pngs(), *webps()]],
)
def test_a_damaged_file_is_cleaned_or_refused_and_nothing_else(data):
    chance = random.Random(len(data))
    outcomes = [outcome(damaged(data, chance)) for _ in range(60)]
    pictures = [found for found in outcomes if not isinstance(found, str)]
    refused = {found for found in outcomes if isinstance(found, str)}

    assert refused <= {"broken", "not-a-photograph", "too-large"}
    assert refused
    for picture in pictures:
        assert CANARY not in picture.data
        assert opened(picture).size == (picture.width_px, picture.height_px)


def damaged(data, chance):
    broken = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        broken[chance.randrange(len(broken))] = chance.randrange(256)
    if chance.random() < 0.3:
        cut = chance.randrange(len(broken))
        del broken[cut : cut + chance.randint(1, 60)]
    return bytes(broken)


def outcome(data):
    try:
        return clean_photograph(data)
    except PhotographRefused as refused:
        return refused.code


@pytest.mark.parametrize("side", [15, 8001, 0, -1, float("nan")])
def test_the_longest_side_is_in_its_range(side):
    with pytest.raises(InvalidValue, match="max_side_px"):
        clean_photograph(encoded(quarters()), max_side_px=side)


def test_without_pillow_it_says_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL.JpegImagePlugin", None)

    with pytest.raises(MissingExtra) as caught:
        clean_photograph(encoded(quarters()))
    assert (caught.value.feature, caught.value.extra) == ("photographs", "photo")


# --- photographs of a case --------------------------------------------------------------


def digest(data):
    return hashlib.sha256(data).hexdigest()


@pytest.fixture(scope="module")
def drawing(examples):
    return (examples / "casablanca-child.png").read_bytes()


@pytest.fixture(scope="module")
def portrait():
    return encoded(Image.new("RGB", (60, 90), BLUE), "JPEG")


@pytest.fixture(scope="module")
def mugshot():
    return encoded(Image.new("RGB", (90, 60), YELLOW), "JPEG")


def named(photograph, data, **changes):
    sha256 = type(photograph.sha256)(digest(data))
    return attrs.evolve(photograph, sha256=sha256, **changes)


@pytest.fixture(scope="module")
def pictured(case, portrait, mugshot):
    """The case with a second photograph of the child, and one of the suspect."""
    (child,), (suspect,) = case.children, case.suspects
    (photograph,) = child.photographs
    own = (photograph, named(photograph, portrait))
    return attrs.evolve(
        case,
        children=(attrs.evolve(child, photographs=own),),
        suspects=(attrs.evolve(suspect, photographs=(named(photograph, mugshot),)),),
    )


def disclosing(case, *fields):
    first, *_ = case.disclosures
    return attrs.evolve(
        case,
        disclosures=tuple(
            attrs.evolve(
                first,
                field=f"suspects.photographs.{field}",
                audience=Audience.PUBLIC,
                reason=DisclosureReason.IDENTIFY_PERSON,
            )
            for field in fields
        ),
    )


@pytest.fixture(scope="module")
def pictures(pictured, drawing, portrait, mugshot):
    photos = {digest(data): data for data in (drawing, portrait, mugshot)}
    return clean_photographs(pictured, photos)


@pytest.fixture
def render(plan, agency, now):
    def make(case, **changes):
        arguments = {
            "agency": agency,
            "stage": 0,
            "audience": Audience.PUBLIC,
            "languages": ("ar", "fr"),
            "mode": Mode.EXERCISE,
            "sent": now,
        }
        return render_message(plan, case, **(arguments | changes))

    return make


def test_photographs_are_found_by_the_digest_that_the_case_names(
    pictures, drawing, portrait, mugshot
):
    assert pictures == {
        digest(data): clean_photograph(data) for data in (drawing, portrait, mugshot)
    }


def test_bytes_of_another_photograph_are_refused(pictured, drawing, portrait):
    with pytest.raises(RenderRefused) as caught:
        clean_photographs(pictured, {digest(drawing): portrait})

    assert caught.value.code == "other-photograph"
    assert digest(drawing) not in str(caught.value)


def test_a_photograph_that_the_case_does_not_name_is_refused(case, portrait):
    with pytest.raises(RenderRefused) as caught:
        clean_photographs(case, {digest(portrait): portrait})

    assert caught.value.code == "other-photograph"


def test_a_photograph_that_cannot_be_cleaned_is_refused(case):
    broken = b"\x89PNG\r\n\x1a\n"
    (child,) = case.children
    photographs = (named(child.photographs[0], broken),)
    changed = attrs.evolve(
        case, children=(attrs.evolve(child, photographs=photographs),)
    )

    with pytest.raises(PhotographRefused):
        clean_photographs(changed, {digest(broken): broken})


def test_no_photographs_are_no_pictures(case):
    assert clean_photographs(case, {}) == {}


def test_a_message_shows_the_photographs_that_it_tells_of_in_their_order(
    render, pictured, pictures, drawing, portrait
):
    message = render(pictured, pictures=pictures)

    assert message.pictures == (
        clean_photograph(drawing),
        clean_photograph(portrait),
    )
    assert message.gaps == render(pictured).gaps


@pytest.mark.parametrize(
    ("told", "shown"),
    [((), 2), (("kind",), 2), (("alt",), 2), (("kind", "alt"), 3)],
)
def test_the_face_of_a_suspect_is_shown_only_with_a_recorded_reason(
    render, pictured, pictures, mugshot, told, shown
):
    message = render(disclosing(pictured, *told), pictures=pictures)

    assert len(message.pictures) == shown
    assert (clean_photograph(mugshot) in message.pictures) is (shown == 3)


def test_the_services_see_the_photographs_that_they_are_told_of(
    render, pictured, pictures, mugshot
):
    message = render(pictured, audience=Audience.SERVICES, pictures=pictures)

    assert message.pictures[2] == clean_photograph(mugshot)


def test_a_photograph_that_was_not_given_is_a_gap(render, pictured, pictures, portrait):
    some = {
        key: picture for key, picture in pictures.items() if key != digest(portrait)
    }
    message = render(pictured, pictures=some)
    (gap,) = set(message.gaps) - set(render(pictured).gaps)

    assert (gap.path, gap.code) == ("$.children[0].photographs[1]", "no-picture")
    assert len(message.pictures) == 1


def test_pictures_that_travel_apart_are_neither_there_nor_missing(render, pictured):
    message = render(pictured)

    assert message.pictures == ()
    assert "no-picture" not in {gap.code for gap in message.gaps}
    assert len(render(pictured, pictures={}).gaps) == len(message.gaps) + 2


def test_no_digest_of_an_original_is_in_a_message(render, pictured, pictures):
    for audience in Audience:
        message = render(pictured, audience=audience, pictures=pictures)
        text = repr(attrs.asdict(message, recurse=True)) + repr(message)

        assert not [sha256 for sha256 in pictures if sha256 in text]


def test_a_description_in_one_language_shows_the_picture_in_all(render, case, drawing):
    (child,) = case.children
    (photograph,) = child.photographs
    arabic = attrs.evolve(photograph, alt=Localized({"ar": "رسم"}))
    changed = attrs.evolve(case, children=(attrs.evolve(child, photographs=(arabic,)),))
    pictures = clean_photographs(changed, {digest(drawing): drawing})

    assert len(render(changed, pictures=pictures).pictures) == 1
