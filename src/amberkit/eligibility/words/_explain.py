"""An assessment in words: the answer, the next question, and every row with its source.

Nothing here reads a value of the case; there are only verdicts and names of fields.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

from amberkit.eligibility.facts._plugins import known_facts
from amberkit.eligibility.findings._findings import Finding, Role, Status
from amberkit.eligibility.findings._missing import Missing
from amberkit.eligibility.logic._truth import Truth
from amberkit.eligibility.packs._claims import Evidence, Quote, Source
from amberkit.eligibility.packs._pack import Pack
from amberkit.eligibility.words import _page
from amberkit.eligibility.words._wording import wording
from amberkit.values import CaseId, Localized, Mode

__all__ = ["Explanation", "Row", "explain"]

_MOST_CHANGES = 5


# What these say leaves no doubt that the verdict does not rest on them.
_NEVER_DECIDE = frozenset(
    {Status.UNPUBLISHED, Status.WAIVED, Status.DUE, Status.NOT_DUE}
)


_AGAINST = frozenset({Status.NOT_MET, Status.APPLIES})


@attrs.frozen(kw_only=True)
class Row:
    """One criterion, veto or duty, explained."""

    id: str
    role: Role
    says: str
    status: Status

    status_text: str
    """The status in the language of the explanation."""

    decides: bool
    """False where it is shown, but is no part of the verdict."""

    evidence: Evidence

    evidence_text: str
    """The evidence in the language of the explanation."""

    source: Source | None
    quote: Quote | None

    fields: tuple[str, ...]
    """The case fields it was read from; where not known, those that would tell."""

    @property
    def is_aside(self) -> bool:
        """Whether it has to be said that the verdict does not rest on it."""
        return not self.decides and self.status not in _NEVER_DECIDE


@attrs.frozen(kw_only=True)
class Explanation:
    """Why the verdict is what it is, in one language. It holds no value of the case."""

    language: str
    case_id: CaseId
    revision: int
    pack_id: str
    pack_title: str
    pack_valid_from: dt.date

    now: dt.datetime
    """The time for which it holds; aware, in UTC."""

    mode: Mode
    """Whether it may lead to a live alert."""

    truth: Truth
    answer: str

    next_fact: str | None
    """The fact to ask for first; None where the verdict is settled."""

    question: str | None
    """The same as a question."""

    because: tuple[str, ...]
    """What a no rests on: the criteria that are not met and the vetoes that apply."""

    changes: tuple[str, ...]
    """What would turn a verdict that is settled: one sentence for each smallest set of
    facts, the cheapest first; after five, how many more there are."""

    rows: tuple[Row, ...]
    """One for each finding, in the order of the pack."""

    notice: str

    def __str__(self) -> str:
        return self.text()

    def text(self) -> str:
        """Return the explanation as lines of text, in logical order.

        In a language written from right to left, what is not of that language (names
        of fields, identifiers, addresses, titles) stands between Unicode isolates, so
        that it does not disturb the order of the sentence around it.
        """
        phrases = wording(self.language)
        name, title = self._isolated("\u2066"), self._isolated("\u2068")

        def row_lines(row: Row) -> Iterator[str]:
            yield phrases["row.aside" if row.is_aside else "row"].format(
                status=row.status_text, says=row.says
            )
            if row.source is None or row.quote is None:
                yield f"  {row.evidence_text}"
            else:
                yield "  " + phrases["cited"].format(
                    evidence=row.evidence_text,
                    quote=phrases[f"quote.{row.quote.value}"],
                    title=title(row.source.title),
                    url=name(row.source.url),
                )
            if row.fields:
                fields = phrases["comma"].join(name(field) for field in row.fields)
                known = row.status is not Status.UNKNOWN
                yield "  " + phrases["read" if known else "open"].format(fields=fields)

        lines = [self.answer, *(f"- {says}" for says in self.because)]
        if self.question is not None:
            lines.append(phrases["question"].format(question=self.question))
        for role in Role:
            rows = [row for row in self.rows if row.role is role]
            if rows:
                lines += ["", phrases[f"heading.{role.value}"]]
                lines += [line for row in rows for line in row_lines(row)]
        if self.changes:
            lines += ["", phrases["heading.opposite"]]
            lines += [f"- {change}" for change in self.changes]
        mode = phrases[f"mode.{self.mode.value}"]
        return "\n".join([*lines, "", mode, self.reference(), self.notice])

    def reference(self) -> str:
        """Return one line that says which case, which pack, and for what time."""
        name, title = self._isolated("\u2066"), self._isolated("\u2068")
        return wording(self.language)["reference"].format(
            title=title(self.pack_title),
            pack=name(self.pack_id),
            valid_from=name(self.pack_valid_from.isoformat()),
            case=name(self.case_id),
            revision=self.revision,
            now=name(self.now.isoformat()),
        )

    def _isolated(self, mark: str) -> Callable[[str], str]:
        """Return what puts a text between isolates where the language needs them."""
        if wording(self.language)["direction"] == "ltr":
            return str
        return lambda text: f"{mark}{text}\u2069"

    def table(self) -> tuple[tuple[str, ...], ...]:
        """Return the rows as cells for a table or a spreadsheet, headings first.

        The columns are role, criterion, finding, evidence, source and case fields.
        """
        phrases = wording(self.language)
        name, title = self._isolated("\u2066"), self._isolated("\u2068")
        columns = ("role", "criterion", "finding", "evidence", "source", "fields")
        return (
            tuple(phrases[f"column.{column}"] for column in columns),
            *(
                (
                    phrases[f"heading.{row.role.value}"],
                    row.says,
                    row.status_text,
                    row.evidence_text,
                    f"{title(row.source.title)} {name(row.source.url)}"
                    if row.source
                    else "",
                    phrases["comma"].join(map(name, row.fields)),
                )
                for row in self.rows
            ),
        )

    def html(self) -> str:
        """Return the explanation as one HTML page that loads nothing.

        First the answer, then the next question, then the reasons. It is laid out from
        right to left where its language is written so, and prints on paper.
        """
        return _page.page(self, wording(self.language))

    def json(self) -> dict[str, Any]:
        """Return the explanation as a new JSON-ready dict."""
        return {
            "language": self.language,
            "case_id": self.case_id,
            "revision": self.revision,
            "pack": {
                "id": self.pack_id,
                "title": self.pack_title,
                "valid_from": self.pack_valid_from.isoformat(),
            },
            "now": self.now.isoformat(),
            "mode": self.mode.value,
            "truth": self.truth.value,
            "answer": self.answer,
            "because": list(self.because),
            "next_fact": self.next_fact,
            "question": self.question,
            "changes": list(self.changes),
            "rows": [_row_json(row) for row in self.rows],
            "notice": self.notice,
        }


def _row_json(row: Row) -> dict[str, Any]:
    source = row.source
    return {
        "id": row.id,
        "role": row.role.value,
        "says": row.says,
        "status": row.status.value,
        "status_text": row.status_text,
        "decides": row.decides,
        "evidence": row.evidence.value,
        "evidence_text": row.evidence_text,
        "source": source and {"title": source.title, "url": source.url},
        "quote": row.quote and row.quote.value,
        "fields": list(row.fields),
    }


def explain(
    pack: Pack,
    findings: tuple[Finding, ...],
    truth: Truth,
    *,
    missing: Missing,
    opposite: tuple[tuple[str, ...], ...],
    case_id: CaseId,
    revision: int,
    now: dt.datetime,
    mode: Mode,
    language: str,
) -> Explanation:
    """Return an assessment in words of *language*; see `Assessment.explain`."""
    phrases = wording(language)

    def say(text: Localized) -> str:
        # What parse_pack lets through has every language that has a wording.
        return text.find(language) or next(iter(text.as_dict().values()))

    def row(finding: Finding) -> Row:
        criterion = finding.criterion
        return Row(
            id=criterion.id,
            role=finding.role,
            says=say(criterion.says),
            status=finding.status,
            status_text=_status_text(finding, phrases),
            decides=finding.decides,
            evidence=criterion.evidence,
            evidence_text=phrases[f"evidence.{criterion.evidence.value}"],
            source=criterion.source,
            quote=criterion.quote,
            fields=finding.fields,
        )

    facts = known_facts()
    next_fact = missing.next
    change = phrases[f"change.{(~truth).value}"]
    turned = [
        change.format(
            questions=phrases["and"].join(say(facts[n].question) for n in names)
        )
        for names in opposite[:_MOST_CHANGES]
    ]
    left = len(opposite) - len(turned)
    more = phrases["more"].format(count=left)

    return Explanation(
        language=phrases["language"],
        case_id=case_id,
        revision=revision,
        pack_id=pack.id,
        pack_title=say(pack.title),
        pack_valid_from=pack.valid_from,
        now=now,
        mode=mode,
        truth=truth,
        answer=phrases[_answer_key(findings, truth)],
        next_fact=next_fact,
        question=None if next_fact is None else say(facts[next_fact].question),
        because=tuple(
            phrases["because"].format(
                status=_status_text(finding, phrases), says=say(finding.criterion.says)
            )
            for finding in findings
            if finding.decides and finding.status in _AGAINST
        ),
        changes=tuple(turned) + ((more,) if left > 0 else ()),
        rows=tuple(row(finding) for finding in findings),
        notice=say(pack.notice),
    )


def _status_text(finding: Finding, phrases: Mapping[str, str]) -> str:
    status = phrases[f"status.{finding.status.value}"]
    if finding.waiver is None:
        return status
    return phrases["waived_by"].format(
        status=status, authority=finding.waiver.authority
    )


def _answer_key(findings: tuple[Finding, ...], truth: Truth) -> str:
    if truth is Truth.TRUE and any(finding.waiver for finding in findings):
        return "answer.waived"
    if truth is not Truth.FALSE:
        return f"answer.{truth.value}"
    forbidden = any(
        finding.status is Status.APPLIES and finding.decides for finding in findings
    )
    return "answer.forbidden" if forbidden else "answer.not_met"
