"""The map as a person opens it: in Chromium, from a file, with no network."""

import base64
import hashlib
import html
import json
import os
import re
import shlex
import shutil
import subprocess
import time

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


# What presses keys in the page; a policy of its own lets it run, and it tells in the
# title what it has seen.
PRESS = """{
const seen = [];
const slider = document.getElementById("slider");
function look() {
  const shown = [...document.querySelectorAll("path[data-stage].stage")]
    .filter(part => getComputedStyle(part).visibility === "visible")
    .map(part => Number(part.dataset.stage)).sort();
  const row = document.querySelector("tr[aria-current]");
  seen.push({shown, row: row.dataset.row, now: slider.getAttribute("aria-valuetext"),
    told: document.getElementById("told").textContent,
    hidden: document.getElementById("player").hidden});
}
look();
for (const step of [-1, -1, -1, -1, -1, 1]) {
  if (step < 0) slider.stepDown(); else slider.stepUp();
  slider.dispatchEvent(new Event("input"));
  look();
}
slider.focus();
const report = document.createElement("pre");
report.id = "report";
report.textContent = JSON.stringify({seen, focus: document.activeElement.id});
document.body.append(report);
}"""


def dom_after(page, folder, *more):
    """Return the page as it stands when its scripts have run."""
    file = folder / "map.html"
    file.write_text(page, encoding="utf-8")
    run = subprocess.run(
        [
            shutil.which("chromium") or shutil.which("chromium-browser"),
            *FLAGS,
            *more,
            f"--user-data-dir={folder / 'profile'}",
            "--dump-dom",
            file.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return run.stdout


@pytest.fixture(scope="module")
def pressed(page, tmp_path_factory):
    digest = base64.b64encode(hashlib.sha256(PRESS.encode()).digest()).decode()
    driven = page.replace("script-src ", f"script-src 'sha256-{digest}' ")
    driven = driven.replace("</body>", f"<script>{PRESS}</script></body>")
    dom = dom_after(driven, tmp_path_factory.mktemp("pressed"))
    report = re.search(r'<pre id="report">(.*?)</pre>', dom, re.DOTALL)[1]
    return json.loads(html.unescape(report))


def test_the_slider_hides_later_stages_and_no_others(pressed):
    shown = [each["shown"] for each in pressed["seen"]]

    assert shown == [
        [0, 1, 2, 3, 4],
        [0, 1, 2, 3],
        [0, 1, 2],
        [0, 1],
        [0],
        [0],  # There is nothing before the first.
        [0, 1],
    ]


def test_the_slider_tells_where_it_is_and_marks_the_row(pressed, plan):
    for each in pressed["seen"]:
        last = max(each["shown"])

        assert each["row"] == str(last)
        assert each["now"] == each["told"]
        assert f"{plan.stages[last].radius_m / 1000:g}" in each["now"]
        assert not each["hidden"]
    assert pressed["focus"] == "slider"


def test_without_the_script_every_stage_is_seen(page, tmp_path):
    still = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    visit = Visit(still, tmp_path)

    assert visit.said == []
    assert "hidden" in re.search(r'<div id="player"[^>]*>', still)[0]


def test_a_narrow_screen_needs_no_sideways_scrolling(page, tmp_path):
    probe = (
        "const wide = document.createElement('pre'); wide.id = 'report';"
        "wide.textContent = document.documentElement.scrollWidth;"
        "document.body.append(wide);"
    )
    digest = base64.b64encode(hashlib.sha256(probe.encode()).digest()).decode()
    # A frame is as narrow as it is told to be; a window of this browser is not.
    inner = page.replace("script-src ", f"script-src 'sha256-{digest}' ")
    inner = inner.replace("</body>", f"<script>{probe}</script></body>")
    (tmp_path / "inner.html").write_text(inner, encoding="utf-8")
    outer = (
        '<iframe id="f" src="inner.html" style="width:320px;height:600px;border:0">'
        "</iframe><script>onload = () => setTimeout(() => {"
        "document.title = f.contentDocument.getElementById('report').textContent;"
        "document.body.dataset.wide = document.title}, 100)</script>"
    )
    dom = dom_after(
        outer,
        tmp_path,
        "--allow-file-access-from-files",
        "--virtual-time-budget=2000",
    )

    assert int(re.search(r'data-wide="(\d+)"', dom)[1]) <= 320


class Driven:
    """A page with a keyboard: Chromium, told through its pipe what to do."""

    def __init__(self, file, folder):
        to_browser, self._to = os.pipe()
        self._from, from_browser = os.pipe()
        binary = shutil.which("chromium") or shutil.which("chromium-browser")
        # The browser reads from descriptor 3 and writes to 4.
        command = (
            f"exec {shlex.quote(binary)} {shlex.join(FLAGS)} --remote-debugging-pipe "
            f"--user-data-dir={shlex.quote(str(folder / 'driven'))} "
            f"{shlex.quote(file.as_uri())} 3<&{to_browser} 4>&{from_browser}"
        )
        self._run = subprocess.Popen(
            ["/bin/bash", "-c", command],
            pass_fds=(to_browser, from_browser),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        self._read, self._count, self._session = b"", 0, None
        pages = []
        while not pages:
            found = self.tell("Target.getTargets")["targetInfos"]
            pages = [each["targetId"] for each in found if each["url"] == file.as_uri()]
        told = self.tell("Target.attachToTarget", targetId=pages[0], flatten=True)
        self._session = told["sessionId"]
        while self.ask("document.readyState") != "complete":
            pass

    def tell(self, method, **parameters):
        self._count += 1
        message = {"id": self._count, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self._read:
                self._read += os.read(self._from, 65_536)
            answer, _, self._read = self._read.partition(b"\0")
            answer = json.loads(answer)
            if answer.get("id") == self._count:
                return answer["result"]

    def ask(self, expression):
        told = self.tell("Runtime.evaluate", expression=expression, returnByValue=True)
        return told["result"].get("value")

    def press(self, key, code):
        for kind in ("rawKeyDown", "keyUp"):
            self.tell(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=key,
                windowsVirtualKeyCode=code,
            )

    def ask_until_other(self, expression, before):
        """Return the answer once it is another; what it is after 20 s, if it is not."""
        until = time.monotonic() + 20
        while (found := self.ask(expression)) == before and time.monotonic() < until:
            time.sleep(0.02)
        return found

    def close(self):
        self.tell("Browser.close")
        self._run.wait(timeout=30)
        os.close(self._to)
        os.close(self._from)


def test_tab_reaches_the_slider_and_arrows_move_it(page, tmp_path):
    file = tmp_path / "map.html"
    file.write_text(page, encoding="utf-8")
    browser = Driven(file, tmp_path)
    stage = "document.querySelector('tr[aria-current]').dataset.row"

    browser.press("Tab", 9)
    assert browser.ask_until_other("document.activeElement.id", "") == "slider"
    seen = [browser.ask(stage)]
    keys = ("ArrowLeft", 37), ("ArrowLeft", 37), ("ArrowRight", 39), ("Home", 36)
    for key, code in keys:
        browser.press(key, code)
        seen.append(browser.ask_until_other(stage, seen[-1]))
    outline = browser.ask("getComputedStyle(document.activeElement).outlineStyle")
    browser.close()

    # Left is earlier in Arabic too, as on the timeline.
    assert seen == ["4", "3", "2", "3", "0"]
    assert outline == "solid"
