"""Explanations: complete in three languages, in order, without a value of the case."""

import datetime as dt
import json
import re
from html.parser import HTMLParser
from importlib.resources import files
from string import Formatter

import attrs
import pytest
from eligibility_samples import (
    CONSENT,
    NOW,
    assess_document,
    case_document,
    criterion,
    morocco,
    pack_document,
    pack_of,
    sure,
    with_facts,
)

from amberkit.cases import leaf_values, load_case
from amberkit.eligibility import (
    Role,
    Status,
    Truth,
    UnknownLanguage,
    Waiver,
    assess,
    parse_pack,
)
from amberkit.eligibility.packs import Evidence, Quote
from amberkit.errors import InvalidValue
from amberkit.values import Localized, Mode, Restricted, clean_text

LANGUAGES = ("ar", "en", "fr")
WORDING = {
    language: json.loads(
        files("amberkit.eligibility.words")
        .joinpath(f"wording/{language}.json")
        .read_bytes()
    )
    for language in LANGUAGES
}


def fields_of(phrase):
    return {name for _, name, _, _ in Formatter().parse(phrase) if name is not None}


# --- wording --------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_wording_is_complete(language):
    phrases = WORDING[language]
    needed = {f"status.{s.value}" for s in Status} | {
        f"evidence.{e.value}" for e in Evidence
    }
    needed |= {f"quote.{q.value}" for q in Quote} | {f"heading.{r.value}" for r in Role}

    assert needed <= set(phrases)
    assert set(phrases) == set(WORDING["en"])
    assert phrases["language"] == language
    assert all(
        phrase.strip() and clean_text(phrase) == phrase for phrase in phrases.values()
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_phrase_has_the_same_places_to_fill_in_every_language(language):
    for key, phrase in WORDING["en"].items():
        assert fields_of(WORDING[language][key]) == fields_of(phrase), key


def test_arabic_is_written_in_arabic():
    for key, phrase in WORDING["ar"].items():
        words = re.sub(r"\{\w+\}", "", phrase)
        if key not in ("language", "direction"):
            assert not re.search("[A-Za-z]", words), key


# --- order and content ----------------------------------------------------------------


def unknown_document():
    document = case_document()
    del document["circumstances"]["publication_harm"]
    return document


def test_first_the_answer_then_the_question_then_the_rows():
    text = assess_document(unknown_document(), morocco()).explain().text()

    lines = text.splitlines()
    assert lines[0] == "Not known yet: a fact that decides is missing."
    assert lines[1] == "Ask next: Would publication endanger the child or the search?"
    assert lines[2:4] == ["", "What must hold"]
    assert lines[4].startswith("- Met: The disappearance is reported by")
    assert lines.index("What must not hold") > lines.index("What must hold")
    assert lines[-1].startswith("This is not legal advice.")


def test_a_row_says_status_evidence_source_and_fields():
    text = assess_document(case_document(), morocco()).explain().text()

    assert (
        "- Met: The father, the mother or the legal guardian expressly consents to "
        "publication on social media.\n  Secondary source, paraphrased: " in text
    )
    assert " https://fr.le360.ma/societe/enfants-disparus-" in text
    assert (
        "\n  Read from: report.consent.at, report.consent.by, report.consent.given\n"
        in text
    )
    assert "- Met (does not decide): A photograph of the child" in text
    assert (
        "- Not published: A requirement that the child be in imminent danger.\n"
        "  No public text says; it decides nothing here\n" in text
    )


def test_what_is_open_names_the_fields_to_complete():
    text = assess_document(unknown_document(), morocco()).explain().text()

    assert "\n  To be completed: circumstances.publication_harm\n" in text


@pytest.mark.parametrize(
    ("facts", "answer"),
    [
        ({"danger": "confirmed", "forced": "ruled_out"}, "Yes: every criterion that decides is met, and no veto applies."),
        ({"danger": "ruled_out"}, "No: a criterion is not met."),
        ({"danger": "confirmed", "forced": "confirmed"}, "No: a veto forbids publication."),
        ({"danger": "ruled_out", "forced": "confirmed"}, "No: a veto forbids publication."),
        ({"danger": "confirmed"}, "Not known yet: a fact that decides is missing."),
    ],
)  # fmt: skip
def test_the_answer_tells_why(facts, answer):
    pack = pack_of(sure("danger"), vetoes=[sure("forced")])
    document = with_facts(
        {f"circumstances.{name}": level for name, level in facts.items()}
    )

    assert assess_document(document, pack).explain().answer == answer


def test_a_veto_that_does_not_decide_is_not_given_as_the_reason():
    document = pack_document()
    document["criteria"] = [criterion("danger", sure("danger"))]
    document["vetoes"] = [criterion("shown", sure("forced"), decides=False)]
    facts = {"circumstances.danger": "ruled_out", "circumstances.forced": "confirmed"}

    explanation = assess_document(with_facts(facts), parse_pack(document)).explain()

    assert explanation.answer == "No: a criterion is not met."


def test_a_pack_without_vetoes_has_no_heading_for_them():
    text = assess_document(case_document(), pack_of(CONSENT)).explain().text()

    assert "What must not hold" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_str_is_the_text_and_json_is_ready(language):
    explanation = assess_document(unknown_document(), morocco()).explain(language)

    document = explanation.json()

    assert str(explanation) == explanation.text()
    assert json.loads(json.dumps(document)) == document
    assert document["language"] == language
    assert document["truth"] == "unknown"
    assert document["next_fact"] == "circumstances.publication_harm"
    assert [row["id"] for row in document["rows"]] == [
        c.id for c in (*morocco().criteria, *morocco().vetoes, *morocco().duties)
    ]
    assert document["rows"][0] == {
        "id": "reporter",
        "role": "criterion",
        "says": morocco().criteria[0].says.find(language),
        "status": "met",
        "status_text": WORDING[language]["status.met"],
        "decides": True,
        "evidence": "secondary",
        "evidence_text": WORDING[language]["evidence.secondary"],
        "source": {
            "title": morocco().criteria[0].source.title,
            "url": morocco().criteria[0].source.url,
        },
        "quote": "paraphrase",
        "fields": ["report.reporter.relation"],
    }
    assert document["rows"][-1]["source"] is None
    assert document["pack"]["valid_from"] == "2023-03-10"
    assert dt.datetime.fromisoformat(document["now"]) == NOW


# --- languages ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "Would publication endanger the child or the search?"),
        (
            "fr-MA",
            "La publication mettrait-elle en danger l’enfant ou les recherches ?",
        ),
        ("ar-MA", "هل من شأن النشر أن يعرّض الطفل أو عملية البحث للخطر؟"),
    ],
)
def test_the_question_is_asked_in_the_language(language, question):
    assert (
        assess_document(unknown_document(), morocco())
        .explain(language=language)
        .question
        == question
    )


def test_another_language_is_told_what_there_is():
    with pytest.raises(
        UnknownLanguage, match="no explanation in 'de'; there is: ar, en, fr"
    ):
        assess_document(case_document(), morocco()).explain(language="de")


def test_what_is_no_language_is_refused():
    with pytest.raises(InvalidValue, match="language must be"):
        assess_document(case_document(), morocco()).explain(language="français")


def test_a_text_that_a_hand_made_pack_lacks_is_shown_in_another_language():
    pack = attrs.evolve(morocco(), title=Localized({"es": "Marruecos"}))

    explanation = assess(load_case(case_document()), pack, now=NOW).explain("fr")

    assert explanation.pack_title == "Marruecos"


def test_in_arabic_every_foreign_name_stands_in_isolates():
    text = assess_document(unknown_document(), morocco()).explain("ar").text()

    assert clean_text(text) == text
    bare = re.sub("[\u2066\u2068][^\u2066\u2068\u2069]*\u2069", "", text)
    assert not re.search("[A-Za-z]", bare)
    assert "\u2066https://fr.le360.ma/" in text
    assert "\u2066MA-EXAMPLE-2026-0001\u2069" in text
    assert "\u2066circumstances.publication_harm\u2069" in text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_from_left_to_right_no_isolates_are_needed(language):
    text = assess_document(unknown_document(), morocco()).explain(language).text()

    assert not re.search("[\u2066-\u2069]", text)


# --- no value of the case -----------------------------------------------------------------


def texts_in(value):
    """Every text in a value of a case that is long enough to be a canary."""
    if isinstance(value, Restricted):
        yield from texts_in(value.reveal())
    elif isinstance(value, Localized):
        yield from value.as_dict().values()
    elif isinstance(value, tuple):
        for item in value:
            yield from texts_in(item)
    elif attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            yield from texts_in(getattr(value, field.name))
    elif isinstance(value, dt.date | str):
        yield str(value)
    elif isinstance(value, float):
        yield repr(value)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("truth", Truth)
def test_no_text_and_no_number_of_the_case_is_in_an_explanation(language, truth):
    document = case_document()
    if truth is Truth.UNKNOWN:
        document = unknown_document()
    elif truth is Truth.FALSE:
        document["circumstances"]["publication_harm"] = "confirmed"
    case = load_case(document)
    assessment = assess(case, morocco(), now=NOW)
    explanation = assessment.explain(language)
    shown = "\n".join(
        [
            explanation.text(),
            json.dumps(explanation.json(), ensure_ascii=False),
            repr(explanation),
        ]
    )

    canaries = {
        canary
        for leaf, _, value in leaf_values(case)
        if leaf.name not in ("id", "revision", "extensions", "attributions.field")
        for canary in texts_in(value)
        if len(canary) >= 4
    }

    assert assessment.truth is truth
    assert len(canaries) > 40
    assert {canary for canary in canaries if canary in shown} == set()
    assert not re.search(
        r"\b(believed|suspected|confirmed|ruled_out)\b", explanation.text()
    )


# --- a page, and a table ------------------------------------------------------------------


class _Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.opened, self.attributes, self.text = [], {}, []

    def handle_starttag(self, tag, attrs):
        self.opened.append(tag)
        self.attributes.setdefault(tag, dict(attrs))

    def handle_data(self, data):
        self.text.append(data)


def read_page(html):
    page = _Page()
    page.feed(html)
    return page


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_begins_with_the_answer_then_the_question_then_the_reasons(language):
    explanation = assess_document(unknown_document(), morocco()).explain(language)
    page = read_page(explanation.html())
    text = "".join(page.text)

    places = [
        text.index(each)
        for each in (
            explanation.answer,
            explanation.question,
            explanation.rows[0].says,
            explanation.notice,
        )
    ]
    assert places == sorted(places)
    assert page.attributes["html"] == {
        "lang": language,
        "dir": "rtl" if language == "ar" else "ltr",
    }
    for row in explanation.rows:
        assert row.says in text
        assert row.status_text in text


def test_a_page_has_no_table_for_vetoes_that_there_are_not():
    assessment = assess_document(case_document(), pack_of(sure("suspicious")))
    text = "".join(read_page(assessment.explain("en").html()).text)

    assert "What must hold" in text
    assert "What must not hold" not in text


def test_a_page_loads_nothing_and_runs_nothing():
    explanation = assess_document(case_document(), morocco()).explain("ar")
    html = explanation.html()
    page = read_page(html)

    assert {"script", "img", "link", "iframe", "object"}.isdisjoint(page.opened)
    assert "url(" not in html
    assert "@import" not in html


def test_a_page_shows_what_is_written_and_no_markup():
    document = pack_document()
    document["criteria"][0]["says"]["en"] = "Reported by <b>a & b</b>."
    explanation = assess_document(case_document(), parse_pack(document)).explain("en")
    page = read_page(explanation.html())

    assert "b" not in page.opened
    assert "Reported by <b>a & b</b>." in "".join(page.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_has_a_row_for_each_finding_below_its_headings(language):
    explanation = assess_document(case_document(), morocco()).explain(language)
    heads, *rows = explanation.table()

    assert len(set(heads)) == len(heads) == 6
    assert [row[1] for row in rows] == [row.says for row in explanation.rows]
    assert [row[2] for row in rows] == [row.status_text for row in explanation.rows]
    assert all(len(row) == len(heads) for row in rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_would_turn_the_verdict_is_told_after_the_reasons(language):
    explanation = assess_document(case_document(), morocco()).explain(language)
    text = explanation.text()

    assert len(explanation.changes) == 5
    assert text.index(explanation.rows[-1].says) < text.index(explanation.changes[0])
    assert explanation.json()["changes"] == list(explanation.changes)


# --- what a no rests on, what was waived, what is left --------------------------------------


def test_a_no_says_first_what_it_rests_on():
    document = case_document()
    document["circumstances"]["publication_harm"] = "confirmed"
    document["report"]["reporter"]["relation"] = "other"

    explanation = assess_document(document, morocco()).explain("en")

    assert explanation.because == (
        "Not met: The disappearance is reported by the father, the mother or the legal "
        "guardian.",
        "Applies: Publication would endanger the child or the search.",
    )
    assert explanation.text().splitlines()[1:3] == [
        f"- {says}" for says in explanation.because
    ]
    page = read_page(explanation.html())
    assert "".join(page.text).index(explanation.because[0]) < "".join(page.text).index(
        "What must hold"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_waived_is_told_in_the_answer_and_in_its_row(language):
    document = pack_document()
    document["criteria"][1]["waivable_by"] = "prosecutor"
    case = case_document()
    case["report"].pop("consent")
    waiver = Waiver(
        case_id=case["id"],
        criterion="consent",
        authority="prosecutor",
        by="magistrate-7",
        reason="nobody can be reached",
        at=NOW,
    )

    explanation = assess(
        load_case(case), parse_pack(document), now=NOW, waivers=[waiver]
    ).explain(language)

    assert explanation.answer == WORDING[language]["answer.waived"]
    assert "prosecutor" in explanation.rows[1].status_text
    assert "magistrate-7" not in explanation.html()


def test_only_what_is_open_is_to_be_completed():
    rule = {"all": [sure("danger"), sure("forced")]}
    case = case_document()
    case["circumstances"] = {"danger": "confirmed"}

    row, *_ = assess_document(case, pack_of(rule)).explain("en").rows
    page = assess_document(case, pack_of(rule)).explain("en").html()

    assert row.fields == ("circumstances.forced",)
    assert "To be completed" in page


def test_beyond_five_changes_it_is_told_how_many_more_there_are():
    names = [
        "suspicious",
        "forced",
        "criminal",
        "danger",
        "taken",
        "verified",
        "killing",
    ]
    case = case_document()
    case["circumstances"] = dict.fromkeys(names, "confirmed")

    changes = assess_document(case, pack_of(*map(sure, names))).explain("en").changes

    assert len(changes) == 6
    assert changes[-1] == "and 2 more"


def test_in_arabic_a_table_isolates_what_is_of_another_script():
    _, first, *_ = assess_document(case_document(), morocco()).explain("ar").table()

    assert first[4].count("\u2069") == 2
    assert first[5].startswith("\u2066")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mode", Mode)
def test_text_and_page_say_whether_it_is_for_a_real_alert(mode, language):
    case = load_case(case_document())
    explanation = assess(case, morocco(), now=NOW, mode=mode).explain(language)
    said = WORDING[language][f"mode.{mode.value}"]

    assert said in explanation.text().splitlines()
    assert said in "".join(read_page(explanation.html()).text)
    assert explanation.json()["mode"] == mode.value
