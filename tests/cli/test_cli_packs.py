"""What the command line tells who writes packs."""

from __future__ import annotations

import pytest

import pack_samples as samples
from amberkit.cli import _packs
from amberkit.eligibility import BrokenPlugin, list_packs
from amberkit.errors import InvalidDocument, Problem


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def pack(folder):
    return samples.write_pack(folder)


def missing(folder):
    return folder / "nowhere.json"


def broken(folder):
    (folder / "broken.json").write_text("{", encoding="utf-8")
    return folder / "broken.json"


UNREADABLE = pytest.mark.parametrize("how", [missing, broken])


# --- list -----------------------------------------------------------------------------


def test_packs_are_listed_with_and_without_the_word(amberkit):
    assert amberkit("packs", "list") == amberkit("packs")
    listed = amberkit("packs", "list", "--json").json()

    assert listed["broken"] == []
    assert [pack["id"] for pack in listed["packs"]] == [p.id for p in list_packs()]


def test_no_identifier_is_folded_for_it_is_there_to_be_copied(amberkit):
    listed = amberkit("packs").out.split()

    assert {pack.id for pack in list_packs()} <= set(listed)


def test_a_pack_that_has_ended_is_listed_with_its_last_day(amberkit, monkeypatch):
    ended = samples.pack_document(valid_to="2026-12-31")
    info = samples.parsed(ended).info
    monkeypatch.setattr(_packs, "list_packs", lambda: (info,))

    assert "2026-12-31" in amberkit("packs").out
    (pack,) = amberkit("packs", "--json").json()["packs"]
    assert pack["valid_to"] == "2026-12-31"


def test_plugins_that_were_left_out_are_listed_in_a_line_each(amberkit, monkeypatch):
    wrong = [Problem(path="$.id", code="required", message="is required")]
    errors = [InvalidDocument("pack", wrong), RuntimeError()]
    left_out = [
        BrokenPlugin(group="amberkit.packs", name="mordor", error=error)
        for error in errors
    ]
    monkeypatch.setattr(_packs, "broken_plugins", lambda: left_out)

    ran = amberkit("packs")

    assert ran.code == 0
    reasons = [
        "InvalidDocument: invalid pack: 1 problem - is required @ $.id",
        "RuntimeError()",
    ]
    assert ran.out.splitlines()[-3:] == [
        "",
        *(f"left out: mordor of amberkit.packs: {reason}" for reason in reasons),
    ]
    assert amberkit("packs", "--json").json()["broken"] == [
        {"group": "amberkit.packs", "name": "mordor", "reason": reason}
        for reason in reasons
    ]


# --- lint -----------------------------------------------------------------------------


def test_a_sound_pack_passes(pack, amberkit):
    ran = amberkit("packs", "lint", "shire-alert.json")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "shire-alert.json  parses: shire-alert, from 2026-01-01",
        "problems: 0, warnings: 0",
    ]
    assert amberkit("packs", "lint", "shire-alert.json", "--json").json() == {
        "valid": True,
        "packs": [
            {
                "file": "shire-alert.json",
                "id": "shire-alert",
                "valid_from": "2026-01-01",
            }
        ],
        "problems": [],
        "warnings": [],
    }


def test_a_folder_of_packs_and_tables_can_be_named_as_it_is(folder, pack, amberkit):
    samples.write_pack(folder, "notice", id="shire-notice")

    ran = amberkit("packs", "lint", *sorted(folder.iterdir()))

    assert ran.code == 0
    assert ran.out.count("parses: ") == 2


def test_a_file_is_looked_at_once(pack, amberkit):
    assert amberkit("packs", "lint", pack, pack).code == 0


def test_a_warning_is_no_failure(folder, amberkit):
    document = samples.pack_document()
    del document["policy"]["extent"]
    samples.write(folder / "shire.json", document)

    ran = amberkit("packs", "lint", "shire.json")

    assert ran.code == 0
    assert ran.out.splitlines()[1:] == [
        "warning: is not given; if nothing is known, null and unpublished say so "
        "@ shire-alert@2026-01-01.policy.extent",
        "warning: must have its decision table beside it, shire.table.json "
        "@ shire.json",
        "problems: 0, warnings: 2",
    ]


def test_everything_that_is_wrong_with_several_packs_is_told_at_once(
    folder, pack, amberkit
):
    samples.write_pack(folder, "later", valid_from="2026-06-01")
    samples.write_pack(folder, "bad", jurisdiction="the Shire", criteria=[])
    files = ["bad.json", "later.json", "shire-alert.json"]

    ran = amberkit("packs", "lint", *files)
    told = amberkit("packs", "lint", *files, "--json")

    assert ran.code == told.code == 3
    lines = [line for line in ran.out.splitlines() if line.startswith("problem: ")]
    assert len(lines) == len(told.json()["problems"]) == 3
    assert lines[0].endswith(" @ bad.json $.criteria")
    assert lines[1].endswith(" @ bad.json $.jurisdiction")
    assert lines[2].endswith(" @ shire-alert@2026-06-01.valid_from")
    assert [each["code"] for each in told.json()["problems"]][2] == "overlap"
    assert told.json()["valid"] is False


@UNREADABLE
@pytest.mark.parametrize("command", ["lint", "test"])
def test_a_file_that_cannot_be_read_is_named(command, how, folder, pack, amberkit):
    ran = amberkit("packs", command, pack, how(folder))

    assert (ran.code, ran.out) == (4, "")
    assert ran.err.startswith(f"amberkit: cannot read the pack: {folder}/")
    error = amberkit("packs", command, pack, how(folder), "--json").json()["error"]
    assert error["exit_code"] == 4


# --- test -----------------------------------------------------------------------------


def test_a_pack_that_decides_as_its_table_says_holds(folder, pack, amberkit):
    ran = amberkit("packs", "test", "shire-alert.json")

    assert (ran.code, ran.out) == (0, "shire-alert.json  9 rows hold\n")
    (told,) = amberkit("packs", "test", "shire-alert.json", "--json").json()
    assert (told["id"], told["rows"], told["problems"]) == ("shire-alert", 9, [])


def test_each_disagreement_and_each_row_that_is_not_there_is_told(
    folder, pack, amberkit
):
    table = samples.table_document()
    table["rows"][2]["truth"] = "false"
    del table["rows"][-1]
    samples.write(folder / "shire-alert.table.json", table)

    ran = amberkit("packs", "test", "shire-alert.json")

    assert ran.code == 1
    assert ran.out.splitlines() == [
        "shire-alert.json  2 problems",
        '  - the table says false, the pack unknown @ $.rows["of unknown age"].truth',
        "  - must have a row in which refer is unknown @ $.rows",
    ]
    told = amberkit("packs", "test", "shire-alert.json", "--json")
    assert told.code == 1
    codes = [problem["code"] for problem in told.json()[0]["problems"]]
    assert codes == ["disagrees", "required"]


def test_one_problem_is_one(folder, pack, amberkit):
    table = samples.table_document()
    del table["rows"][-1]
    samples.write(folder / "shire-alert.table.json", table)

    ran = amberkit("packs", "test", "shire-alert.json")

    assert ran.out.startswith("shire-alert.json  1 problem\n")


def test_a_table_that_is_not_there_is_named(folder, pack, amberkit):
    (folder / "shire-alert.table.json").unlink()

    ran = amberkit("packs", "test", "shire-alert.json")

    assert ran.code == 4
    assert ran.err == (
        "amberkit: cannot read the decision table: shire-alert.table.json: "
        "no such file or directory\n"
    )


@pytest.mark.parametrize("what", ["pack", "decision table"])
def test_what_does_not_parse_is_told_with_its_file(what, folder, pack, amberkit):
    name = "shire-alert.json" if what == "pack" else "shire-alert.table.json"
    samples.write(folder / name, {})

    ran = amberkit("packs", "test", "shire-alert.json")

    assert ran.code == 3
    assert ran.err.startswith(f"amberkit: invalid {what} {name}: ")


# --- diff -----------------------------------------------------------------------------


def test_a_pack_and_itself_are_equal(pack, amberkit):
    ran = amberkit("packs", "diff", pack, pack)

    assert (ran.code, ran.out) == (0, "0 differences\n")
    assert amberkit("packs", "diff", pack, pack, "--json").json() == []


def test_a_rule_that_changed_is_shown_before_and_after(folder, pack, amberkit):
    document = samples.pack_document()
    document["criteria"][0]["rule"]["compare"]["value"] = 21
    samples.write(folder / "draft.json", document)

    ran = amberkit("packs", "diff", pack, "draft.json")

    assert ran.code == 1
    assert ran.out.splitlines() == [
        "changed  criterion age",
        "  rule",
        "    - child.age_years < 18",
        "    + child.age_years < 21",
        "1 difference",
    ]
    told = amberkit("packs", "diff", pack, "draft.json", "--json")
    assert told.code == 1
    (difference,) = told.json()
    assert difference["change"] == "changed"
    assert difference["parts"] == [
        {
            "name": "rule",
            "old": "child.age_years < 18",
            "new": "child.age_years < 21",
        }
    ]


def test_what_was_added_has_no_line_for_before(folder, pack, amberkit):
    samples.write(folder / "draft.json", samples.pack_document(duties=[]))

    added = amberkit("packs", "diff", "draft.json", pack).out
    removed = amberkit("packs", "diff", pack, "draft.json").out

    assert "added  duty refer\n  says.en\n    + refer.\n  evidence\n" in added
    assert "removed  duty refer\n  says.en\n    - refer.\n  evidence\n" in removed


def test_another_language_is_shown_where_the_english_is_the_same(
    folder, pack, amberkit
):
    document = samples.pack_document()
    document["duties"][0]["says"]["fr"] = "À signaler."
    samples.write(folder / "draft.json", document)

    assert amberkit("packs", "diff", pack, "draft.json").out.splitlines() == [
        "changed  duty refer",
        "  says.fr",
        "    - En français : refer.",
        "    + À signaler.",
        "1 difference",
    ]


def test_an_installed_pack_is_named_with_a_day(pack, amberkit):
    installed = list_packs()[0]
    name = f"{installed.id}@{installed.valid_from}"

    assert amberkit("packs", "diff", name, name).code == 0
    assert amberkit("packs", "diff", name, pack).code == 1


def test_a_file_may_have_the_name_of_an_installed_pack(folder, pack, amberkit):
    installed = list_packs()[0]
    name = f"{installed.id}@{installed.valid_from}"
    samples.write(folder / name, samples.pack_document())

    assert amberkit("packs", "diff", name, pack).code == 0


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [
        ("nowhere.json", 4, "cannot read the pack: nowhere.json: no such file"),
        ("atlantis@2026-01-01", 2, "no pack 'atlantis'; there is: "),
        ("ma-tifli-moukhtafi@1999-01-01", 2, "is not in force on 1999-01-01"),
        ("ma-tifli-moukhtafi@1999-13-01", 2, "AFTER must be a file, or ID@DATE"),
        ("ma-tifli-moukhtafi", 4, "cannot read the pack: ma-tifli-moukhtafi: "),
    ],
)
def test_what_is_not_there_is_told(name, code, told, pack, amberkit):
    ran = amberkit("packs", "diff", pack, name)

    assert (ran.code, ran.out) == (code, "")
    assert told in ran.err
    assert ran.err.count("\n") == 1
    error = amberkit("packs", "diff", pack, name, "--json").json()["error"]
    assert error["exit_code"] == code
