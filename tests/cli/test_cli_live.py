"""A live store: verified principals, reviewed wording, the time of the clock."""

from __future__ import annotations

import datetime as dt
import json

import cli_samples as samples
import pytest
from cli_samples import CASE, at

VERIFIER = ("--verifier", "cli_samples:BELIEVES")


@pytest.fixture
def recent(scene):
    """The example, reported a minute ago."""
    case = scene / "casablanca.json"
    samples.move_to(case, dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1))
    return case


@pytest.fixture
def wording(root, scene):
    """Return a function that writes the wording of a language with some changes."""

    def write(language, *changes):
        path = scene / f"wording.{language}.json"
        shipped = root / f"src/amberkit/render/wording/{language}.json"
        path.write_bytes(shipped.read_bytes())
        samples.edit(path, (["reviewed_by"], "linguist-3"), *changes)
        return path

    return write


def signed(folder, who):
    path = folder / f"{who}.signature"
    path.write_bytes(who.encode())
    return ("--by", who, "--signature", path, "--mode", "live", *VERIFIER)


def signing(name):
    signer = ("--signer", f"cli_samples:{name}")
    return ("--by", "officer-7", *signer, "--mode", "live", *VERIFIER)


def test_a_live_alert_goes_all_the_way(recent, wording, tmp_path, amberkit):
    over = ("--store", tmp_path / "desk")
    mine = signed(tmp_path, "officer-7")
    hers = signed(tmp_path, "commissioner-2")
    words = ("--wording", wording("ar"), wording("fr"))

    sent = amberkit("submit", recent, *over, *signing("signs"), *words, "--json")
    content_hash = sent.json()["content_hash"]
    live = (*over, "--mode", "live")
    codes = [
        amberkit("review", *live, "--case", CASE).code,
        amberkit("approve", content_hash, *over, *hers).code,
        amberkit("run", *live, "--send", "--once").code,
    ]
    shown = (tmp_path / "desk" / "public" / CASE / "alert.txt").read_text("utf-8")
    codes += [
        amberkit("end", CASE, *over, *mine, "--reason", "located_safe").code,
        amberkit("run", *live, "--send", "--once").code,
        amberkit("audit", "verify", *live).code,
    ]

    assert sent.json()["mode"] == "live"
    assert codes == [0] * 6
    assert "EXERCICE" not in shown
    (case,) = amberkit("status", *live, "--json").json()["cases"]
    assert case["closed"]


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [
        ("signs_as_another", 1, "the signature must be that of officer-7 under: "),
        ("cannot_sign", 1, "the verifier cannot be reached; try again"),
        ("signs_nothing", 2, "--signer must name a function that returns bytes"),
        (
            "breaks",
            2,
            "--signer must name a function that returns a signature; this raises "
            "TypeError",
        ),
        ("CASE", 2, "--signer must name a function that returns a signature"),
        (
            "none",
            2,
            "--signer must be PACKAGE.MODULE:NAME; to import this raises "
            "AttributeError",
        ),
    ],
)
def test_a_wrong_signature_is_refused(
    name, code, told, recent, wording, tmp_path, amberkit
):
    words = ("--wording", wording("ar"), wording("fr"))
    store = tmp_path / "desk"

    ran = amberkit("submit", recent, "--store", store, *signing(name), *words)

    assert ran.code == code
    assert ran.err.startswith(f"amberkit: {told}")


def test_without_a_signer_nothing_is_signed(recent, wording, tmp_path, amberkit):
    words = ("--wording", wording("ar"), wording("fr"))
    who = ("--by", "officer-7", "--mode", "live", *VERIFIER)

    ran = amberkit("submit", recent, "--store", tmp_path / "desk", *who, *words)

    assert ran.code == 1
    assert ran.err.startswith("amberkit: the signature must be that of officer-7")


def test_a_live_submission_needs_reviewed_wording(recent, tmp_path, amberkit):
    store = tmp_path / "desk"

    ran = amberkit("submit", recent, "--store", store, *signing("signs"))

    assert ran.code == 1
    assert "review" in ran.err


@pytest.mark.parametrize("reviewer", ["", " ", 7])
def test_wording_that_names_no_reviewer_is_told(
    reviewer, recent, wording, tmp_path, amberkit
):
    words = wording("fr", (["reviewed_by"], reviewer))

    ran = amberkit(
        "submit", recent, "--store", tmp_path / "desk", "--by", "officer-7",
        "--wording", words,
    )  # fmt: skip

    assert ran.code == 3
    assert "  - must name who reviewed it @ $.reviewed_by\n" in ran.err


@pytest.mark.parametrize("verb", ["approve", "end", "erase"])
def test_whoever_acts_live_needs_a_verifier(verb, tmp_path, amberkit):
    more = {"end": ("--reason", "merged"), "erase": ("--yes",)}.get(verb, ())
    who = ("--by", "officer-7", "--mode", "live")

    ran = amberkit(verb, "X", *more, "--store", tmp_path, *who)

    assert ran.code == 2
    assert ran.err == "amberkit: --verifier must be given for a live store\n"


def test_a_live_store_goes_by_the_clock_alone(tmp_path, amberkit):
    ran = amberkit("run", "--store", tmp_path, "--mode", "live", *at("18:00"))

    assert ran.code == 2
    assert ran.err.startswith("amberkit: --now is for an exercise or a test")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("cli_samples:Believes", 0),
        ("cli_samples:Unreachable", 0),
        ("cli_samples", 2),
        ("cli_samples:", 2),
        ("cli_samples:NOTHING", 2),
        ("cli_samples:CASE", 2),
        ("cli_samples:breaks", 2),
        ("cli_samples:makes_nothing", 2),
        ("no_such_module:x", 2),
        (":x", 2),
    ],
)
def test_a_verifier_is_an_object_or_what_makes_one(name, code, made, amberkit):
    ran = amberkit(
        "erase", CASE, "--store", made["approved"].store, "--by", "officer-7",
        "--verifier", name, "--yes",
    )  # fmt: skip

    # What is a verifier gets as far as the desk, which refuses for its own reasons.
    assert ran.code == code or (code == 0 and ran.code == 1)
    assert ran.err.startswith("amberkit: --verifier must ") is (code == 2)


def test_a_module_that_is_not_there_is_named(made, amberkit):
    ran = amberkit(
        "erase", CASE, "--store", made["approved"].store, "--by", "officer-7",
        "--verifier", "no_such_module:x", "--yes",
    )  # fmt: skip

    assert ran.err == (
        "amberkit: --verifier must name a module that can be imported; there is no "
        "'no_such_module' where PYTHONPATH says\n"
    )


@pytest.mark.parametrize("name", ["missing", "x\0"])
def test_a_signature_that_cannot_be_read_is_told(name, made, tmp_path, amberkit):
    ran = amberkit(
        "approve", "0" * 64, "--store", made["submitted"].store, "--by", "officer-7",
        "--signature", tmp_path / name,
    )  # fmt: skip

    assert ran.code == 4
    assert ran.err.startswith("amberkit: cannot read the signature: ")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ((["phrases"], None), "$"),
        ((["phrases", "more"], "x"), "$.phrases"),
        ((["phrases", "status"], 7), "$.phrases.status"),
        ((["phrases", "status"], "see {elsewhere}"), "$.phrases.status"),
        ((["phrases", "status"], "see {url"), "$.phrases.status"),
        ((["reviewed_by"], None), "$"),
        ((["terms", "sex"], "none"), "$.terms.sex"),
    ],
)
def test_wording_of_another_form_is_refused_with_its_place(
    change, path, recent, wording, tmp_path, amberkit
):
    words = wording("fr", change)

    ran = amberkit(
        "submit", recent, "--store", tmp_path / "desk", "--by", "officer-7",
        "--wording", words,
    )  # fmt: skip

    assert ran.code == 3
    assert f"invalid wording {words}: 1 problem" in ran.err
    assert ran.err.rstrip().endswith(f"@ {path}")


@pytest.mark.parametrize("document", [[], {}, {"language": 7}])
def test_what_is_no_wording_is_refused(document, recent, tmp_path, amberkit):
    path = tmp_path / "words.json"
    path.write_text(json.dumps(document))

    ran = amberkit(
        "submit", recent, "--store", tmp_path / "desk", "--by", "officer-7",
        "--wording", path,
    )  # fmt: skip

    assert ran.code == 3
    assert "must be an object that names its language @ $" in ran.err
