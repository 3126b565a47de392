"""The map as a person opens it: in Chromium, from a file, with no network."""

import json
import re
import shutil
import subprocess

import pytest
from PIL import Image

from amberkit.geo import Polygon
from amberkit.render import render_map
from amberkit.schemas import read_source
from amberkit.values import Mode

pytestmark = pytest.mark.browser

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-default-apps",
    "--hide-scrollbars",
    "--enable-logging=stderr",
    # Nothing is found by name: the page must do without a network.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]

# The browser itself asks its maker for the time and the like; a page that did would
# be caught by the test that it holds no address at all.
ITS_OWN = re.compile(r"https?://[\w.-]+\.(google|googleapis|gvt1|gstatic)\.com/")


class Visit:
    """One opening of a page: what it looked like, said and asked for."""

    def __init__(self, page, folder):
        binary = shutil.which("chromium") or shutil.which("chromium-browser")
        assert binary, "these tests need Chromium; .ci/run installs it"
        self.file = folder / "map.html"
        self.file.write_text(page, encoding="utf-8")
        picture, requests = folder / "map.png", folder / "net.json"
        run = subprocess.run(
            [
                binary,
                *FLAGS,
                f"--user-data-dir={folder / 'profile'}",
                f"--log-net-log={requests}",
                f"--screenshot={picture}",
                "--window-size=900,1400",
                self.file.as_uri(),
            ],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        self.said = [line for line in run.stderr.splitlines() if "CONSOLE" in line]
        asked = set(re.findall(r'"url":"([^"]+)"', requests.read_text()))
        self.requests = sorted(url for url in asked if not ITS_OWN.match(url))
        self.picture = Image.open(picture).convert("RGB")
        assert json.loads(requests.read_text())["constants"]


@pytest.fixture(scope="module")
def page(plan, agency, examples):
    land = Polygon.from_geojson(read_source(examples / "land.geojson", "region"))
    return render_map(
        plan, agency=agency, languages=("ar", "fr"), mode=Mode.EXERCISE, land=land
    )


@pytest.fixture(scope="module")
def visit(page, tmp_path_factory):
    return Visit(page, tmp_path_factory.mktemp("visit"))


def test_the_browser_has_nothing_to_complain_of(visit):
    assert visit.said == []


def test_nothing_but_the_file_itself_is_asked_for(visit):
    web = [url for url in visit.requests if not url.startswith(("file:", "data:"))]

    assert web == []


def test_a_page_that_complains_and_asks_would_be_noticed(page, tmp_path):
    """The two tests above can fail."""
    policy = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
    loud = policy.sub("", page).replace(
        "</body>",
        '<img src="http://127.0.0.1:9/x.png"><script>console.error("x")</script></body>',
    )
    visit = Visit(loud, tmp_path)

    assert visit.said
    assert any("127.0.0.1:9" in url for url in visit.requests)


def blend(color, opacity, below):
    return tuple(
        round(c * opacity + b * (1 - opacity))
        for c, b in zip(color, below, strict=True)
    )


def test_land_sea_and_every_stage_are_seen(visit, page):
    """Each stage is laid over all larger ones; each mixture must be on the picture."""
    style = page
    opacity = float(re.search(r"fill-opacity:([.\d]+)", style)[1])
    fills = re.findall(r'id="stage-(\d)" [^>]*?fill="#([0-9a-f]{6})"', page)
    colors = {int(i): tuple(bytes.fromhex(c)) for i, c in fills}
    land, sea = (
        tuple(bytes.fromhex(re.search(rf"\.{name}\{{fill:#([0-9a-f]{{6}})", page)[1]))
        for name in ("land", "sea")
    )
    # Counted at least so often: a pixel or two may differ by rounding.
    seen = visit.picture.getcolors(maxcolors=2**24)

    def count(wanted):
        return sum(
            n
            for n, color in seen
            if all(abs(a - b) <= 2 for a, b in zip(color, wanted, strict=True))
        )

    assert count(land) > 2_000
    assert count(sea) > 2_000
    mixture = land
    for index in sorted(colors, reverse=True):
        mixture = blend(colors[index], opacity, mixture)
        assert count(mixture) > 20, f"stage {index}"
    assert len(colors) == 5
