"""An explanation as one page of HTML: it loads nothing, and holds no script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING

from amberkit.eligibility.findings._findings import Role, Status

if TYPE_CHECKING:
    from amberkit.eligibility.words._explain import Explanation, Row

__all__ = ["page"]

# Dark text on pale grounds, above 7 to 1; signs and words tell what colors tell.
_STYLE = """
:root { color-scheme: light; }
body { font: 1rem/1.5 system-ui, "Noto Sans", "Noto Naskh Arabic", sans-serif;
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #111; background: #fff; }
h1 { font-size: 1.6rem; margin: 0 0 1rem; padding: 1rem; border: 3px solid #111;
  border-radius: .5rem; }
.true { background: #e2f4e5; } .false { background: #fbe4e1; }
.unknown { background: #fdf3d1; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.next { font-size: 1.2rem; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
th:nth-child(1) { width: 13%; } th:nth-child(2) { width: 32%; }
th:nth-child(4) { width: 24%; }
th, td { border: 1px solid #767676; padding: .4rem .6rem; text-align: start;
  vertical-align: top; }
th { background: #f2f2f2; }
.small, code { font-size: .85rem; } code { overflow-wrap: break-word; }
a { color: #003a9e; overflow-wrap: anywhere; }
@media (max-width: 45rem) { table, tbody, tr, td { display: block; }
  tr:first-child { display: none; } tr { border: 1px solid #767676; margin: .5rem 0; }
  td { border: 0; } }
@media print { body { margin: 0; } a { color: inherit; } tr { break-inside: avoid; }
  a::after { content: " " attr(href); } }
"""


def page(explanation: Explanation, phrases: Mapping[str, str]) -> str:
    """Return the page of an explanation with the phrases of its language."""
    language, direction = explanation.language, phrases["direction"]
    title = f"{explanation.case_id}: {explanation.pack_title}"
    return "".join(
        (
            "<!doctype html>\n",
            f'<html lang="{escape(language)}" dir="{direction}">\n<head>\n',
            '<meta charset="utf-8">\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            f"<title>{escape(title)}</title>\n",
            f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n",
            *_parts(explanation, phrases),
            "</main>\n</body>\n</html>\n",
        )
    )


def _parts(explanation: Explanation, phrases: Mapping[str, str]) -> Iterator[str]:
    truth = explanation.truth.value
    yield f'<h1 class="{truth}">{escape(explanation.answer)}</h1>\n'
    mode = phrases[f"mode.{explanation.mode.value}"]
    yield f"<p><strong>{escape(mode)}</strong></p>\n"
    if explanation.because:
        yield "<ul>\n"
        for says in explanation.because:
            yield f"<li>{escape(says)}</li>\n"
        yield "</ul>\n"
    if explanation.question is not None:
        asked = phrases["question"].format(question=explanation.question)
        yield f'<p class="next"><strong>{escape(asked)}</strong></p>\n'
    for role in Role:
        rows = [row for row in explanation.rows if row.role is role]
        if rows:
            yield f"<h2>{escape(phrases[f'heading.{role.value}'])}</h2>\n<table>\n<tr>"
            for column in ("finding", "criterion", "evidence", "fields"):
                yield f'<th scope="col">{escape(phrases[f"column.{column}"])}</th>'
            yield "</tr>\n"
            for row in rows:
                yield _row(row, phrases)
            yield "</table>\n"
    if explanation.changes:
        yield f"<h2>{escape(phrases['heading.opposite'])}</h2>\n<ul>\n"
        for change in explanation.changes:
            yield f"<li>{escape(change)}</li>\n"
        yield "</ul>\n"
    yield f'<p class="small">{escape(explanation.reference())}</p>\n'
    yield f'<p class="small">{escape(explanation.notice)}</p>\n'


def _row(row: Row, phrases: Mapping[str, str]) -> str:
    finding = escape(row.status_text)
    if row.is_aside:
        finding += f'<br><span class="small">{escape(phrases["aside"])}</span>'
    evidence = escape(row.evidence_text)
    if row.source is not None and row.quote is not None:
        quote = escape(phrases[f"quote.{row.quote.value}"])
        evidence += (
            f'<br><span class="small">{quote}: '
            f'<a href="{escape(row.source.url)}"><bdi>{escape(row.source.title)}</bdi>'
            "</a></span>"
        )
    open_fields = ""
    if row.status is Status.UNKNOWN and row.fields:
        open_fields = f"{escape(phrases['open'].format(fields=''))}<br>"
    names = (escape(name).replace(".", ".<wbr>") for name in row.fields)
    fields = "<br>".join(f'<code dir="ltr">{name}</code>' for name in names)
    return (
        f"<tr><td><strong>{finding}</strong></td><td>{escape(row.says)}</td>"
        f"<td>{evidence}</td><td>{open_fields}{fields}</td></tr>\n"
    )
