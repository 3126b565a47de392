"""What is told to who writes packs: what is wrong between them, and what changed."""

import copy
import datetime as dt

import pytest

import pack_samples as samples
from amberkit.eligibility import parse_pack, parse_table, table_problems
from amberkit.eligibility.packs import (
    Change,
    Difference,
    Part,
    clashes,
    diff_packs,
    lint_packs,
)
from amberkit.errors import InvalidDocument


def pack(name="shire-alert", first="2026-01-01", last=None, lesser=(), **more):
    document = samples.pack_document(id=name, valid_from=first, valid_to=last, **more)
    if lesser:
        document["policy"]["lesser"] = {
            "value": list(lesser),
            "says": samples.says("What else may be issued."),
            "evidence": "policy",
        }
    return parse_pack(document)


def told(problems):
    return [(problem.path, problem.code) for problem in problems]


# --- lint -----------------------------------------------------------------------------


def test_a_sound_pack_has_neither_problem_nor_warning():
    found = lint_packs([pack()])

    assert (found.problems, found.warnings) == ((), ())


def test_the_name_of_a_pack_that_ships_is_taken():
    found = lint_packs([pack("ma-tifli-moukhtafi", first="2030-01-01")])

    assert ("ma-tifli-moukhtafi@2030-01-01.id", "not-unique") in told(found.problems)


def test_no_pack_at_all_is_no_problem():
    assert lint_packs([]).problems == ()


@pytest.mark.parametrize("turn", [1, -1])
def test_two_versions_on_one_day_are_a_problem_in_any_order(turn):
    both = [pack(last="2026-06-30"), pack(first="2026-06-30")]

    found = lint_packs(both[::turn])

    assert told(found.problems) == [("shire-alert@2026-06-30.valid_from", "overlap")]


def test_a_version_may_follow_on_the_day_after():
    both = [pack(last="2026-06-30"), pack(first="2026-07-01")]

    assert lint_packs(both).problems == ()


def test_a_lesser_pack_must_be_given_or_installed():
    first = pack(lesser=["shire-notice", "ma-tifli-moukhtafi", "atlantis"])

    found = lint_packs([first, pack("shire-notice")])

    assert told(found.problems) == [
        ("shire-alert@2026-01-01.policy.lesser", "not-listed")
    ]
    assert found.problems[0].message.startswith("atlantis must be a pack: one of ")


def test_what_leads_back_is_told_once_with_the_way():
    ring = [
        pack("a", lesser=["side", "b"]),
        pack("side"),
        pack("b", lesser=["c", "side"]),
        pack("c", lesser=["b", "a"]),
    ]

    found = lint_packs(ring)

    assert [str(problem) for problem in found.problems] == [
        "must not lead back: a > b > c > a @ a@2026-01-01.policy.lesser",
        "must not lead back: b > c > b @ b@2026-01-01.policy.lesser",
    ]


def test_what_leads_to_a_ring_is_not_told_of_it():
    found = lint_packs(
        [pack("a", lesser=["b"]), pack("b", lesser=["c"]), pack("c", lesser=["b"])]
    )

    assert told(found.problems) == [("b@2026-01-01.policy.lesser", "cycle")]


def test_packs_that_are_never_in_force_together_lead_nowhere():
    one = pack("a", last="2026-06-30", lesser=["b"])
    other = pack("b", first="2026-07-01", lesser=["a"])

    assert lint_packs([one, other]).problems == ()


def test_a_ring_is_found_on_the_day_on_which_it_closes():
    versions = [
        pack("a", lesser=["b"]),
        pack("b", last="2026-06-30"),
        pack("b", first="2026-07-01", lesser=["a"]),
    ]

    assert told(lint_packs(versions).problems) == [
        ("a@2026-01-01.policy.lesser", "cycle")
    ]


def test_a_ring_through_an_installed_pack_is_found(monkeypatch):
    installed = pack("shire-notice", lesser=["shire-alert"])
    monkeypatch.setattr(
        "amberkit.eligibility.packs._lint.every_pack", lambda: (installed,)
    )

    found = lint_packs([pack(lesser=["shire-notice"])])
    assert "shire-alert > shire-notice > shire-alert" in found.problems[0].message
    # A draft counts instead of the version that is installed.
    drafted = lint_packs([pack(lesser=["shire-notice"]), pack("shire-notice")])
    assert drafted.problems == ()


def test_what_is_left_open_is_a_warning():
    document = samples.pack_document()
    del document["policy"]["repeat"], document["policy"]["lesser"]
    document["criteria"][1]["evidence"] = "unsourced"
    document["vetoes"][0]["evidence"] = "unsourced"

    found = lint_packs([parse_pack(document)])

    assert found.problems == ()
    assert told(found.warnings) == [
        ("shire-alert@2026-01-01.policy.repeat", "not-given"),
        ("shire-alert@2026-01-01.policy.lesser", "not-given"),
        ("shire-alert@2026-01-01.criteria.danger", "unsourced"),
        ("shire-alert@2026-01-01.vetoes.harm", "unsourced"),
    ]


# --- what stands against an installation ----------------------------------------------


def test_a_shipped_pack_is_taken_for_itself_and_its_id_is_taken(pack):
    impostor = samples.pack_document(id=pack.id, valid_from="1999-01-01")

    assert clashes(pack) == ()
    assert told(clashes(parse_pack(impostor))) == [("$.id", "not-unique")]


def test_a_version_stands_against_another_on_one_day_but_not_against_its_draft(
    monkeypatch,
):
    installed = parse_pack(samples.pack_document())
    monkeypatch.setattr(
        "amberkit.eligibility.packs._load._installed", lambda: ((installed,), {})
    )

    draft = samples.pack_document(jurisdiction="XT")
    later = samples.pack_document(valid_from="2026-05-01")
    assert clashes(parse_pack(draft)) == ()
    assert told(clashes(parse_pack(later))) == [
        ("shire-alert@2026-05-01.valid_from", "overlap")
    ]


# --- diff -----------------------------------------------------------------------------


def changed(change):
    document = samples.pack_document()
    before = parse_pack(document)
    change(document)
    return diff_packs(before, parse_pack(document))


def test_a_pack_does_not_differ_from_itself():
    assert changed(lambda document: None) == ()


def test_the_order_of_criteria_and_sources_is_no_difference():
    def turn(document):
        document["criteria"].reverse()

    assert changed(turn) == ()


def test_a_rule_is_told_in_words_before_and_after():
    def older(document):
        document["criteria"][0]["rule"]["compare"]["value"] = 21

    assert changed(older) == (
        Difference(
            kind="criterion",
            name="age",
            change=Change.CHANGED,
            parts=(
                Part(
                    name="rule", old="child.age_years < 18", new="child.age_years < 21"
                ),
            ),
        ),
    )


SURE = samples.sure("circumstances.danger")
WITHIN = {"within": {"fact": "report.delay", "hours": 24}}
KNOWN = {"known": {"fact": "report.consent"}}
CONSENT = {"compare": {"fact": "report.consent", "op": "==", "value": True}}
RELATION = {
    "compare": {
        "fact": "report.reporter_relation",
        "op": "in",
        "value": ["father", "mother"],
    }
}


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (samples.UNDER_18, "child.age_years < 18"),
        (CONSENT, "report.consent == true"),
        (RELATION, 'report.reporter_relation in ["father", "mother"]'),
        (WITHIN, "report.delay within 24.0 h"),
        ({"not": KNOWN}, "not (report.consent is known)"),
        (
            {"all": [SURE, KNOWN]},
            "all of (circumstances.danger at least believed; report.consent is known)",
        ),
        (
            {"any": [{"all": [KNOWN]}, KNOWN]},
            "any of (all of (report.consent is known); report.consent is known)",
        ),
        (
            {"at_least": {"count": 2, "of": [KNOWN, CONSENT, SURE]}},
            "at least 2 of (report.consent is known; report.consent == true; "
            "circumstances.danger at least believed)",
        ),
    ],
)
def test_every_kind_of_rule_has_words(rule, words):
    def change(document):
        document["duties"][0]["rule"] = rule

    ((_, _, part),) = [
        (found.kind, found.name, found.parts[0]) for found in changed(change)
    ]
    assert part.new == words
    assert part.old == "risk.trafficking at least suspected"


def everything(document):
    document["valid_to"] = "2027-12-31"
    document["title"]["ar"] = "إنذار"
    law = document["sources"].pop("law")
    document["sources"]["order"] = {**law, "kind": "secondary"}
    document["criteria"][0] |= {"evidence": "secondary", "source": "order"}
    document["criteria"][1]["waivable_by"] = "magistrate"
    document["criteria"].append(samples.criterion("consent", CONSENT))
    document["vetoes"][0]["says"]["en"] = "It would do harm."
    document["duties"] = []
    policy = document["policy"]
    policy["growth"]["value"]["radii_m"][0] = 9_000
    policy["services"]["value"]["special_data"] = False
    policy["extent"] |= {"value": "region", "evidence": "policy"}
    policy["ending"] |= {
        "value": {"message": True, "withdraw_photograph": True},
        "evidence": "policy",
    }
    policy["languages"]["value"] = ["en"]
    del policy["repeat"]


def test_every_claim_is_compared_in_the_order_of_the_format():
    before = samples.pack_document()
    before["policy"]["services"]["value"]["special_data"] = True
    after = copy.deepcopy(before)
    everything(after)

    found = diff_packs(parse_pack(before), parse_pack(after))

    assert [
        (each.kind, each.name, each.change.value, [part.name for part in each.parts])
        for each in found
    ] == [
        ("pack", "head", "changed", ["title.ar", "valid_to"]),
        ("criterion", "age", "changed", ["evidence", "source"]),
        ("criterion", "danger", "changed", ["waivable_by"]),
        (
            "criterion",
            "consent",
            "added",
            ["says.en", "says.fr", "says.ar", "evidence", "decides", "rule"],
        ),
        ("veto", "harm", "changed", ["says.en"]),
        (
            "duty",
            "refer",
            "removed",
            ["says.en", "says.fr", "says.ar", "evidence", "decides", "rule"],
        ),
        ("policy", "growth", "changed", ["value.radii_m"]),
        ("policy", "languages", "changed", ["value"]),
        ("policy", "services", "changed", ["value.special_data"]),
        ("policy", "extent", "changed", ["evidence", "value"]),
        (
            "policy",
            "repeat",
            "removed",
            ["says.en", "says.fr", "says.ar", "evidence"],
        ),
        (
            "policy",
            "ending",
            "changed",
            ["evidence", "value.message", "value.withdraw_photograph"],
        ),
        ("source", "law", "removed", ["title", "url", "kind"]),
        ("source", "order", "added", ["title", "url", "kind"]),
    ]
    turned = diff_packs(parse_pack(after), parse_pack(before))
    assert len(turned) == len(found)


def test_a_part_that_is_there_on_one_side_only_is_none_on_the_other():
    def end(document):
        document["valid_to"] = "2027-12-31"

    (found,) = changed(end)

    assert found.parts == (Part(name="valid_to", old=None, new="2027-12-31"),)


# --- tables ---------------------------------------------------------------------------


def test_a_problem_of_a_table_names_the_row_and_the_fact():
    document, table = samples.pack_document(), samples.table_document()
    table["rows"][1]["truth"] = "unknown"
    small = parse_pack(document)

    (problem,) = table_problems(parse_table(table, small), small)

    assert problem.path == '$.rows["grown up, danger unknown"].truth'
    assert problem.message == "the table says unknown, the pack false"
    del table["base"]["child.age_years"]
    with pytest.raises(InvalidDocument) as caught:
        parse_table(table, small)
    assert caught.value.problems[0].path == '$.base["child.age_years"]'


def test_a_table_is_of_one_day_only():
    small = pack(first="2026-02-01")

    with pytest.raises(InvalidDocument, match="valid_from 2026-02-01"):
        parse_table(samples.table_document(), small)
    assert small.in_force(dt.date(2026, 2, 1))


def test_what_is_unsourced_must_be_acknowledged_only_where_it_decides():
    document = samples.pack_document()
    document["criteria"][0]["evidence"] = "unsourced"
    document["duties"][0]["evidence"] = "unsourced"
    for each in (document["criteria"][0], document["duties"][0]):
        each.pop("source", None)
        each.pop("quote", None)

    messages = [w.message for w in lint_packs([parse_pack(document)]).warnings]

    assert messages == [
        "no source is at hand; to assess live it must be acknowledged",
        "no source is at hand",
    ]
