"""Over a store: two people approve, channels confirm, the ending arrives."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import re
import sqlite3
import subprocess
import sys

import attrs
import cli_samples as samples
import pytest
from cli_samples import CASE, at

from amberkit.cli import ExitCode
from amberkit.cli._exit import code_of
from amberkit.cli._options import Look
from amberkit.cli._stores import channels_of, open_looking
from amberkit.desk import DeskRefused
from amberkit.publish import Dispatcher
from amberkit.store import KeyDestroyed, Store, StoreBusy, StoreRefused
from amberkit.values import Mode, Principal

NOW = dt.datetime(2026, 11, 22, 17, 4, tzinfo=dt.UTC)
OFFICER = ("--by", "officer-7")
COMMISSIONER = ("--by", "commissioner-2", "--role", "commissioner")


# --- submit and review ----------------------------------------------------------------


def test_a_submission_tells_verdict_stages_hash_and_the_next_command(
    scene, tmp_path, amberkit
):
    store = tmp_path / "desk"

    ran = amberkit(
        "submit", scene / "casablanca.json", "--store", store, *OFFICER, *at("18:00")
    )

    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0] == f"case {CASE}, revision 1, pack ma-tifli-moukhtafi, exercise"
    assert lines[1].startswith("Yes: ")
    assert "stage 5: 160 km from 2026-11-22 20:08 UTC" in lines
    (found,) = re.findall(r"^content hash: ([0-9a-f]{64})$", ran.out, re.MULTILINE)
    assert "a second person must approve it by 2026-11-22 17:30 UTC:" in lines
    assert lines[-1] == (
        f"  amberkit approve {found} --store {store} "
        "--now 2026-11-22T18:00:00+01:00 --by WHO"
    )
    assert {path.name for path in store.iterdir()} == {
        "alerts.db", "alerts.db.keys", "alerts.db.turn", "public", "services",
    }  # fmt: skip


def test_a_picture_that_does_not_lie_beside_the_case_is_noted(
    scene, tmp_path, amberkit
):
    (scene / "casablanca-child.png").unlink()

    ran = amberkit(
        "submit", scene / "casablanca.json", "--store", tmp_path / "desk", *OFFICER,
        *at("18:00"), "--json",
    )  # fmt: skip

    (note,) = ran.json()["notes"]
    assert "must name a file that lies beside the case document" in note
    assert ran.json()["approvable_until"] == "2026-11-22T17:30:00+00:00"
    review = amberkit("review", "--store", tmp_path / "desk", "--case", CASE, "--json")
    assert review.json()["pictures"] == []


def test_a_late_report_is_noted(scene, tmp_path, amberkit):
    ran = amberkit(
        "submit", scene / "casablanca.json", "--store", tmp_path / "desk", *OFFICER,
        *at("18:00", day=24),
    )  # fmt: skip

    assert ran.code == 0
    assert "note: the alert should have been public by " in ran.out


def test_a_time_before_the_report_is_refused_and_tells_of_now(
    scene, tmp_path, amberkit
):
    ran = amberkit(
        "submit", scene / "casablanca.json", "--store", tmp_path / "desk", *OFFICER,
        *at("17:59"),
    )  # fmt: skip

    assert ran.code == 1
    assert ran.err.startswith("amberkit: no plan: now must not be before the report")
    assert "--now" in ran.err
    assert not (tmp_path / "desk").exists()


def test_a_case_that_is_no_alert_makes_no_store(scene, tmp_path, amberkit):
    samples.edit(scene / "casablanca.json", (["report", "consent", "given"], False))

    ran = amberkit(
        "submit", scene / "casablanca.json", "--store", tmp_path / "desk", *OFFICER,
        *at("18:00"),
    )  # fmt: skip

    assert ran.code == 1
    assert "the criteria are not met" in ran.err
    assert not (tmp_path / "desk").exists()


@pytest.mark.parametrize("below", ["casablanca.json/desk", "/proc/nope", "x\0"])
def test_a_store_that_cannot_be_made_is_told(below, scene, amberkit):
    ran = amberkit(
        "submit", scene / "casablanca.json", "--store", scene / below, *OFFICER,
        *at("18:00"),
    )  # fmt: skip

    assert ran.code == ExitCode.UNWRITABLE
    assert ran.err.startswith("amberkit: cannot write ")


def test_a_review_shows_the_first_text_whole_and_then_what_changes(made, amberkit):
    ran = amberkit("review", "--store", made["submitted"].store, "--case", CASE)

    assert ran.code == 0
    assert f"content hash: {made['submitted'].hash}" in ran.out
    assert "may be approved until 2026-11-22 17:30 UTC" in ran.out
    assert "channel public, for the public" in ran.out
    assert "channel services, for the services" in ran.out
    assert ran.out.count("    Disparition d'enfant : Leïla El Mitali (9 ans)\n") == 2
    assert ran.out.count("    + Dans un rayon de 160 km") == 1
    assert ran.out.count("1 picture; forms: ") == 6
    assert ran.out.count("endings, armed: found, over, not_found, error") == 2


def test_a_review_as_json_has_every_form_of_every_part(made, amberkit):
    told = amberkit(
        "review", "--store", made["submitted"].store, "--case", CASE, "--json"
    ).json()

    assert told["content_hash"] == made["submitted"].hash
    stages = [(p["channel"], p["stage"]) for p in told["parts"] if p["ending"] is None]
    assert stages == [*(("public", n) for n in range(5)), ("services", 0)]
    assert len(told["parts"]) == 6 + 2 * 4
    assert all(part["forms"]["text/plain"] for part in told["parts"])
    (picture,) = told["pictures"]
    assert told["parts"][0]["pictures"] == [picture["sha256"]]
    assert told["approved"] is None


def test_a_review_says_who_has_approved(made, amberkit):
    ran = amberkit("review", "--store", made["approved"].store, "--case", CASE)

    assert "approved by commissioner-2 at 2026-11-22 17:04 UTC" in ran.out


# --- approve --------------------------------------------------------------------------


def test_another_person_approves(submitted, amberkit):
    over = ("--store", submitted.store)

    ran = amberkit("approve", submitted.hash, *over, *COMMISSIONER, *at("18:04"))

    assert ran.code == 0
    assert ran.out.splitlines() == [
        "approved by commissioner-2 at 2026-11-22 17:04 UTC",
        f"to send what is due: amberkit run --store {submitted.store} "
        "--now 2026-11-22T18:04:00+01:00 --send",
    ]


def test_an_approval_is_told_as_json(submitted, amberkit):
    over = ("--store", submitted.store)

    told = amberkit(
        "approve", submitted.hash, *over, *COMMISSIONER, *at("18:04"), "--json"
    ).json()

    assert told == {
        "approved": submitted.hash,
        "by": "commissioner-2",
        "at": "2026-11-22T17:04:00+00:00",
    }


@pytest.mark.parametrize(
    ("who", "clock", "told"),
    [
        (OFFICER, "18:04", "another person must approve it"),
        (
            COMMISSIONER,
            "18:31",
            "it must be approved within 30 min, or submitted again",
        ),
        (
            COMMISSIONER,
            "17:59",
            "it must be approved within 30 min, or submitted again",
        ),
    ],
)
def test_nobody_approves_alone_or_too_late(who, clock, told, submitted, amberkit):
    over = ("--store", submitted.store)

    ran = amberkit("approve", submitted.hash, *over, *who, *at(clock))

    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"amberkit: {told}\n"
    assert "submitted" in amberkit("status", *over, *at(clock)).out


def test_a_hash_that_nobody_submitted_is_refused(submitted, amberkit):
    ran = amberkit(
        "approve", "0" * 64, "--store", submitted.store, *COMMISSIONER, *at("18:04")
    )

    assert ran.code == 1


def test_a_principal_is_no_name_of_a_person(submitted, amberkit):
    ran = amberkit(
        "approve", submitted.hash, "--store", submitted.store, "--by", "Nadia El Mitali"
    )

    assert ran.code == 2
    assert ran.err == (
        "amberkit: --by must be 1 to 64 of letters, digits and . _ @ -\n"
    )


@pytest.mark.parametrize("option", ["--by", "--role"])
def test_three_dots_taken_from_a_hint_are_nobody(option, submitted, amberkit):
    who = {"--by": "officer-7", "--role": "officer", option: "..."}
    options = [word for pair in who.items() for word in pair]

    ran = amberkit("approve", submitted.hash, "--store", submitted.store, *options)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        f"amberkit: {option} must be 1 to 64 of letters, digits and . _ @ -\n"
    )


# --- end, settle, erase ---------------------------------------------------------------


def end(amberkit, store, *more):
    reason = ("--reason", "located_safe")
    return amberkit("end", CASE, "--store", store, *OFFICER, *reason, *more)


def test_one_person_ends_and_hears_that_nobody_is_there_to_send_it(published, amberkit):
    ran = end(amberkit, published.store, *at("20:15"))

    assert ran.code == 0
    assert ran.out.splitlines() == [
        f"case {CASE}: ended: located_safe",
        "stored; no dispatcher is alive: "
        f"run amberkit run --store {published.store} "
        "--now 2026-11-22T20:15:00+01:00 --send",
    ]


def test_ending_again_is_no_error_and_says_so(published, amberkit):
    end(amberkit, published.store, *at("18:04"))

    again = ("end", CASE, "--store", published.store, *OFFICER, *at("18:04"))
    ran = amberkit(*again, "--reason", "merged")
    told = amberkit(*again, "--reason", "merged", "--json").json()

    assert ran.out.splitlines() == [
        f"case {CASE}: it had ended before, and stays so: located_safe",
        "stored; a dispatcher is alive",
    ]
    assert told == {
        "case": CASE,
        "first": False,
        "reason": "located_safe",
        "verified": True,
        "dispatcher_alive": True,
    }


def test_an_ending_goes_through_where_the_verifier_cannot_be_reached(
    published, amberkit
):
    ran = end(
        amberkit, published.store, *at("18:04"), "--verifier", "cli_samples:Unreachable"
    )

    assert ran.code == 0
    assert "note: the verifier could not be reached" in ran.out
    told = amberkit("status", CASE, "--store", published.store, *at("18:05")).out
    assert f"alarm: {CASE}: the ending was accepted without a verified" in told


def test_a_person_settles_what_a_channel_shows(approved, amberkit):
    over = ("--store", approved.store)
    with open_looking(Look(store=approved.store)) as desk:
        channels = [
            attrs.evolve(
                channel, publisher=samples.Refuses(approved.store / channel.name)
            )
            for channel in channels_of(approved.store, Mode.EXERCISE)
        ]
        Dispatcher(desk.outbox, channels).drain(now=NOW)

    before = amberkit("status", CASE, *over, *at("18:05")).out
    ran = amberkit("settle", CASE, "public", "gone", *over, *OFFICER, *at("18:05"))
    again = amberkit(
        "settle", CASE, "services", "shown", *over, *OFFICER, *at("18:05"), "--json"
    )

    assert before.count("a person: ") == 2
    assert ran.out == f"case {CASE}, channel public: noted as gone\n"
    assert again.json() == {"case": CASE, "channel": "services", "found": "shown"}


def test_a_lane_that_waits_for_nobody_is_not_settled(published, amberkit):
    ran = amberkit(
        "settle", CASE, "public", "gone", "--store", published.store, *OFFICER
    )

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("amberkit: ")


def test_a_channel_that_there_is_not_cannot_be_settled(published, amberkit):
    ran = amberkit(
        "settle", CASE, "radio", "gone", "--store", published.store, *OFFICER
    )

    assert (ran.code, ran.err) == (1, f"amberkit: {CASE} must be shown on radio\n")


def test_nothing_is_erased_that_nobody_confirms(published, amberkit):
    end(amberkit, published.store, *at("20:15"))
    over = ("--store", published.store, *OFFICER, *at("20:16"))

    ran = amberkit("erase", CASE, *over)
    told = amberkit("erase", CASE, *over, "--json").json()

    assert ran.code == 0
    assert "nothing was done" in ran.out
    assert told == {"case": CASE, "erased": False}
    assert (published.store / "alerts.db.keys" / CASE).exists()


def test_an_erasure_destroys_the_key(published, amberkit):
    end(amberkit, published.store, *at("20:15"))
    over = ("--store", published.store, *OFFICER, *at("20:16"))

    ran = amberkit("erase", CASE, *over, "--yes")

    assert ran.out == f"case {CASE}: erased; its key is destroyed\n"
    assert not (published.store / "alerts.db.keys" / CASE).exists()
    review = amberkit("review", "--store", published.store, "--case", CASE)
    assert (review.code, review.err) == (1, "amberkit: the case has been erased\n")


def test_a_case_that_goes_on_is_not_erased(published, amberkit):
    ran = amberkit(
        "erase", CASE, "--store", published.store, *OFFICER, "--yes", *at("18:05")
    )

    look = amberkit("erase", CASE, "--store", published.store, *OFFICER, *at("18:05"))

    assert (ran.code, ran.err) == (1, "amberkit: the case must be ended first\n")
    assert (look.code, look.err) == (ran.code, ran.err)


# --- status ---------------------------------------------------------------------------


def test_all_cases_are_listed_with_what_somebody_must_look_at(made, amberkit):
    ran = amberkit("status", "--store", made["submitted"].store, *at("18:05"))

    assert ran.code == 0
    assert re.match(r"store [0-9a-f]{12}, exercise, at 2026-11-22 17:05 UTC\n", ran.out)
    assert re.search(rf"^{CASE} +submitted +1 +0 of 0 +2026-11-23", ran.out, re.M)
    assert f"alarm: {CASE}: a second person must approve revision 1" in ran.out


def test_a_case_is_shown_lane_by_lane(made, amberkit):
    ran = amberkit("status", CASE, "--store", made["published"].store, *at("18:04"))

    assert ran.out.splitlines()[:2] == [
        f"case {CASE}: active",
        "revision 1: submitted by officer-7, approved by commissioner-2",
    ]
    assert "waits for a second person" not in ran.out
    assert re.search(
        r"^public +public +content v1 +content v1 +1 +nobody$", ran.out, re.M
    )
    assert all(len(line) <= 80 for line in ran.out.splitlines())


def test_a_case_that_nobody_approved_has_no_lanes_to_show(made, amberkit):
    ran = amberkit("status", CASE, "--store", made["submitted"].store, *at("18:04"))

    assert "submitted by officer-7\n" in ran.out
    assert ran.out.splitlines()[4:6] == [
        "revision 1: waits for a second person:",
        f"  amberkit approve {made['submitted'].hash} --store {made['submitted'].store} "
        "--now 2026-11-22T18:04:00+01:00 --by WHO",
    ]
    assert "wants" not in ran.out


def test_a_status_as_json_has_every_case_and_lane(made, amberkit):
    told = amberkit(
        "status", "--store", made["published"].store, *at("18:04"), "--json"
    ).json()

    (case,) = told["cases"]
    assert told["mode"] == "exercise"
    assert (case["state"], case["closed"], case["alarms"]) == ("active", False, [])
    assert [lane["holds"] for lane in case["lanes"]] == ["content v1"] * 2
    assert [lane["tries"] for lane in case["lanes"]] == [1, 1]


def test_what_waits_for_a_person_says_why(published, amberkit):
    for name in ("public", "services"):
        (published.store / name).rename(published.store / f"{name}.away")
    amberkit("run", "--store", published.store, "--send", "--once", *at("18:07"))
    told = amberkit("status", CASE, "--store", published.store, *at("18:07")).out

    assert re.search(r"^public .* content v2 +content v1 +1 +dispatcher$", told, re.M)


def test_a_store_without_cases_says_so(submitted, amberkit):
    folder = submitted.store.parent / "empty"
    folder.mkdir()
    Store.open(f"sqlite:///{folder}/alerts.db", mode=Mode.EXERCISE).close()

    assert amberkit("status", "--store", folder).out.endswith("\nno cases\n")


def test_who_only_looks_can_do_nothing(submitted):
    look = Look(store=submitted.store)
    by = Principal("commissioner-2", "commissioner")

    with (
        open_looking(look) as desk,
        pytest.raises(DeskRefused, match="signature"),
    ):
        desk.approve(submitted.hash, by=by, now=NOW)


# --- stores that are not there, or not so ---------------------------------------------

VERBS = {
    "review": ("--case", CASE),
    "approve": ("0" * 64, *OFFICER),
    "end": (CASE, *OFFICER, "--reason", "located_safe"),
    "settle": (CASE, "public", "gone", *OFFICER),
    "erase": (CASE, *OFFICER),
    "status": (),
    "run": (),
    "audit verify": (),
    "audit heads": (),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("name", ["typo", "x\0", "x" * 300])
def test_a_mistyped_store_is_told_and_never_made(verb, name, tmp_path, amberkit):
    ran = amberkit(*verb.split(), *VERBS[verb], "--store", tmp_path / name)

    assert ran.code == ExitCode.UNREADABLE
    assert ran.err.startswith("amberkit: cannot read the store: there is none in ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("verb", [v for v in VERBS if v != "submit"])
@pytest.mark.parametrize("content", ["none", "other"])
def test_a_database_that_is_no_store_is_told_and_left(
    content, verb, tmp_path, amberkit
):
    database = tmp_path / "alerts.db"
    database.touch()
    if content == "other":
        with contextlib.closing(sqlite3.connect(database)) as connection:
            connection.execute("CREATE TABLE mine (x)")
    before = database.read_bytes()

    ran = amberkit(*verb.split(), *VERBS[verb], "--store", tmp_path)

    assert ran.code == ExitCode.UNREADABLE
    assert ran.err.startswith("amberkit: cannot read the store: there is none in ")
    assert database.read_bytes() == before


@pytest.mark.parametrize(
    ("beside", "code"), [("", 0), ("alerts.db.keys", 4), ("public", 4), ("services", 4)]
)
def test_nothing_is_submitted_to_a_store_that_was_emptied(
    beside, code, scene, tmp_path, amberkit
):
    store = tmp_path / "desk"
    (store / beside / "OTHER").mkdir(parents=True)
    (store / "alerts.db").touch()

    ran = amberkit(
        "submit", scene / "casablanca.json", "--store", store, *OFFICER, *at("18:00")
    )

    assert ran.code == code
    assert ("is empty, but there are keys or channels of cases" in ran.err) is (
        code == 4
    )
    assert bool((store / "alerts.db").stat().st_size) is (code == 0)


def test_only_what_is_for_the_public_can_be_read_by_others(made):
    modes = {
        name: (made["submitted"].store / name).stat().st_mode & 0o077
        for name in ("public", "services", "alerts.db.keys")
    }

    assert modes["public"]
    assert (modes["services"], modes["alerts.db.keys"]) == (0, 0)


LOOKS = ("review", "status", "audit verify", "audit heads")


@pytest.mark.parametrize("verb", LOOKS)
@pytest.mark.parametrize("mode", Mode)
def test_who_only_looks_need_not_say_the_mode(verb, mode, tmp_path, amberkit):
    Store.open(f"sqlite:///{tmp_path}/alerts.db", mode=mode).close()

    ran = amberkit(*verb.split(), *VERBS[verb], "--store", tmp_path)

    expected = f"amberkit: {CASE} must have been submitted\n"
    assert ran.err == (expected if verb == "review" else "")
    assert (verb != "status") or f", {mode.value}, at " in ran.out


def test_a_live_store_is_not_looked_at_at_another_time(tmp_path, amberkit):
    Store.open(f"sqlite:///{tmp_path}/alerts.db", mode=Mode.LIVE).close()

    ran = amberkit("status", "--store", tmp_path, *at("18:00"))

    assert ran.code == 2
    assert ran.err.startswith("amberkit: --now is for an exercise or a test")


def test_a_store_that_cannot_be_used_is_told_by_who_only_looks(
    tmp_path, amberkit, monkeypatch
):
    Store.open(f"sqlite:///{tmp_path}/alerts.db", mode=Mode.EXERCISE).close()

    def refuse(*_, **__):
        raise StoreRefused("schema", "it is newer")

    monkeypatch.setattr(Store, "open", refuse)
    ran = amberkit("status", "--store", tmp_path)

    assert (ran.code, ran.err) == (1, "amberkit: the store refuses: it is newer\n")


@pytest.mark.parametrize(
    ("code", "exit_code", "told"),
    [
        ("unwritable", 5, "cannot write {}/desk/alerts.db: the disk is full"),
        ("failed", 1, "the store refuses: the disk is full"),
    ],
)
def test_a_submission_that_cannot_be_stored_names_the_file(
    code, exit_code, told, scene, tmp_path, amberkit, monkeypatch
):
    def refuse(*_, **__):
        raise StoreRefused(code, "the disk is full")

    monkeypatch.setattr(Store, "open", refuse)
    ran = amberkit(
        "submit", scene / "casablanca.json", "--store", tmp_path / "desk", *OFFICER,
        *at("18:00"),
    )  # fmt: skip

    assert (ran.code, ran.err) == (exit_code, f"amberkit: {told.format(tmp_path)}\n")


@pytest.mark.parametrize(
    "name", ["q?mode=ro", "h#a", "p%41", "file:a", "a b", "\udcff"]
)
def test_a_store_may_have_any_name(name, scene, tmp_path, amberkit):
    store = tmp_path / name
    over = ("--store", store)

    sent = amberkit(
        "submit", scene / "casablanca.json", *over, *OFFICER, *at("18:00"), "--json"
    )
    content_hash = sent.json()["content_hash"]
    codes = [
        amberkit("review", *over, "--case", CASE).code,
        amberkit("approve", content_hash, *over, *COMMISSIONER, *at("18:04")).code,
        amberkit("run", *over, "--send", "--once", *at("18:04")).code,
        end(amberkit, store, *at("18:05")).code,
        amberkit("run", *over, "--send", "--once", *at("18:05")).code,
        amberkit("status", *over, *at("18:05")).code,
        amberkit("erase", CASE, *over, *OFFICER, "--yes", *at("18:06")).code,
        amberkit("audit", "verify", *over).code,
        amberkit("audit", "heads", *over).code,
    ]

    assert codes == [0] * 9
    assert [path.name for path in tmp_path.iterdir() if path.name != "scene"] == [name]
    assert (store / "public" / CASE / "ending.txt").exists()


STRANGE = "\udcff"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("approve", STRANGE, *OFFICER), 1),
        (("approve", "0" * 64, "--by", STRANGE), 2),
        (("approve", "0" * 64, *OFFICER, "--role", STRANGE), 2),
        (("approve", "0" * 64, *OFFICER, "--verifier", STRANGE), 2),
        (("approve", "0" * 64, *OFFICER, "--verifier", f"json:{STRANGE}"), 2),
        (("approve", "0" * 64, *OFFICER, "--signature", STRANGE), 4),
        (("approve", "0" * 64, *OFFICER, "--now", STRANGE), 2),
        (("end", STRANGE, *OFFICER, "--reason", "merged"), 2),
        (("end", CASE, *OFFICER, "--reason", STRANGE), 2),
        (("erase", STRANGE, *OFFICER), 2),
        (("erase", STRANGE, *OFFICER, "--yes"), 2),
        (("settle", STRANGE, "public", "gone", *OFFICER), 2),
        (("settle", CASE, STRANGE, "gone", *OFFICER), 1),
        (("settle", CASE, "public", STRANGE, *OFFICER), 2),
        (("status", STRANGE), 2),
        (("review", "--case", STRANGE), 2),
        (("run", "--mode", STRANGE), 2),
        (("audit", "verify", "--heads", STRANGE), 4),
        ((STRANGE,), 2),
    ],
)
def test_an_argument_that_is_no_text_is_one_line(arguments, code, made, amberkit):
    over = () if arguments == (STRANGE,) else ("--store", made["submitted"].store)

    ran = amberkit(*arguments, *over)
    told = amberkit(*arguments, *over, "--json")

    assert (ran.code, ran.out) == (code, "")
    assert ran.err.count("\n") == 1
    assert told.json()["error"]["exit_code"] == code


@pytest.mark.parametrize(
    ("option", "code"),
    [
        ("--agency", 4), ("--pack", 2), ("--boundary", 4), ("--languages", 2),
        ("--wording", 4), ("--signer", 2), ("--override-by", 2),
    ],
)  # fmt: skip
def test_an_option_that_is_no_text_is_one_line(option, code, scene, tmp_path, amberkit):
    ran = amberkit(
        "submit", scene / "casablanca.json", "--store", tmp_path / "desk", *OFFICER,
        *at("18:00"), option, STRANGE,
    )  # fmt: skip

    assert (ran.code, ran.out) == (code, "")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("verb", [v for v in VERBS if v != "approve"])
def test_a_store_is_not_opened_in_another_mode(verb, made, amberkit):
    ran = amberkit(
        *verb.split(), *VERBS[verb], "--store", made["approved"].store, "--mode", "test"
    )

    assert ran.code == 1
    assert ran.err == (
        "amberkit: the store refuses: it is for the mode exercise, not for test\n"
    )


def test_a_file_that_is_no_store_cannot_be_read(tmp_path, amberkit):
    (tmp_path / "alerts.db").write_bytes(b"no database" * 100)

    ran = amberkit("status", "--store", tmp_path)

    assert ran.code == ExitCode.UNREADABLE


def test_a_case_that_nobody_submitted_is_told(made, amberkit):
    for verb in ("end", "erase"):
        options = ("X", *VERBS[verb][1:], "--store", made["approved"].store)
        ran = amberkit(verb, *options)

        assert (ran.code, ran.err) == (
            1,
            "amberkit: X must have been submitted\n",
        )


def test_errors_of_a_store_have_their_exit_codes():
    assert code_of(StoreRefused("unwritable", "the disk is full")) == 5
    assert code_of(StoreRefused("not-a-store", "the file is damaged")) == 4
    assert code_of(StoreRefused("schema", "it is newer")) == 1
    assert code_of(StoreBusy(7)) == 1
    assert code_of(KeyDestroyed(CASE)) == 1


def test_without_the_extra_the_commands_say_how_to_get_it(made):
    code = (
        "import sys; sys.modules['sqlalchemy'] = None\n"
        "from amberkit.cli import run\n"
        "assert run(['--help']) == 0\n"
        f"sys.exit(run(['status', '--store', {str(made['approved'].store)!r}]))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert ran.returncode == 7
    assert ran.stderr == (
        "amberkit: the store needs an extra that is not installed; "
        "run: pip install 'amberkit[outbox]'\n"
    )


# --- audit ----------------------------------------------------------------------------


def test_whole_chains_are_counted(made, amberkit):
    over = ("--store", made["published"].store)

    ran = amberkit("audit", "verify", *over)
    told = amberkit("audit", "verify", *over, "--json").json()

    assert (ran.code, ran.out) == (0, "1 chain, 4 entries, whole\n")
    assert told == {"whole": True, "chains": 1, "entries": 4, "problems": []}


def test_heads_that_were_kept_find_a_chain_that_was_cut_off(made, amberkit):
    kept = made["published"].store.parent / "heads.json"
    kept.write_text(amberkit("audit", "heads", "--store", made["published"].store).out)

    whole = amberkit(
        "audit", "verify", "--store", made["published"].store, "--heads", kept
    )
    cut = amberkit(
        "audit", "verify", "--store", made["approved"].store, "--heads", kept
    )

    assert whole.code == 0
    assert (cut.code, cut.out) == (1, f"must have at least 4 entries @ $.{CASE}[3]\n")


def test_a_changed_entry_is_told_with_its_place(published, amberkit):
    code = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1])\n"
        "c.execute(\"update amberkit_audit set actor = 'x' where position = 1\")\n"
        "c.commit()"
    )
    database = str(published.store / "alerts.db")
    subprocess.run([sys.executable, "-c", code, database], check=True)

    ran = amberkit("audit", "verify", "--store", published.store)
    told = amberkit("audit", "verify", "--store", published.store, "--json")

    assert (ran.code, ran.out) == (1, f"must match its own hash @ $.{CASE}[1]\n")
    assert told.json()["problems"][0]["code"] == "altered"
    assert told.code == 1


@pytest.mark.parametrize(
    ("content", "code"), [(None, 4), ("{", 4), ("[]", 3), ('{"heads": 3}', 3)]
)
def test_heads_that_cannot_be_read_are_told(content, code, made, tmp_path, amberkit):
    path = tmp_path / "heads.json"
    if content is not None:
        path.write_text(content)

    ran = amberkit(
        "audit", "verify", "--store", made["approved"].store, "--heads", path
    )

    assert ran.code == code
    assert str(path) in ran.err


def test_heads_are_one_line_of_json_in_either_case(made, amberkit):
    over = ("--store", made["published"].store)

    shown = amberkit("audit", "heads", *over).out
    told = amberkit("audit", "heads", *over, "--json").out

    assert shown == told
    assert shown.count("\n") == 1
    assert json.loads(shown)["heads"][0]["case_id"] == CASE


def test_the_word_audit_alone_lists_what_there_is(amberkit):
    ran = amberkit("audit")

    assert ran.code == 0
    assert re.search(r"^ +heads +Print the heads", ran.out, re.MULTILINE)
    assert re.search(r"^ +verify +Check the database", ran.out, re.MULTILINE)
