"""The tables in the documentation are those that the machine works by."""

from amberkit.publish import AFTER, NEXT, Held

BEGIN, END = "<!-- lanes:begin -->\n", "<!-- lanes:end -->\n"


def table(corner, rows):
    """A Markdown table over what is held, from heads and cells."""
    lines = [[corner, *(held.value for held in Held)], ["---"] * (1 + len(Held)), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def what_to_do():
    rows = [
        [want.value, *(row[held].value if row[held] else "–" for held in Held)]
        for want, row in NEXT.items()
    ]
    return table("wanted \\ held", rows)


def what_is_held():
    rows = []
    for operation, outcomes in AFTER.items():
        alike = {}
        for outcome, row in outcomes.items():
            cells = tuple(row[held].value for held in Held)
            alike.setdefault(cells, []).append(outcome.value)
        rows += [
            [f"{operation.value}: {', '.join(names)}", *cells]
            for cells, names in alike.items()
        ]
    return table("attempt \\ held before", rows)


def block():
    return (
        f"{BEGIN}\n**What to do**, by what is wanted of a channel and what it holds:\n\n"
        f"{what_to_do()}\n**What it holds** after an attempt, by how that ended and what "
        f"it held before:\n\n{what_is_held()}\n{END}"
    )


def test_the_documentation_shows_the_tables_of_the_lanes(root):
    page = (root / "docs" / "explanation" / "delivery.md").read_text("utf-8")

    assert page.count(BEGIN) == page.count(END) == 1
    shown = page[page.index(BEGIN) : page.index(END) + len(END)]
    assert shown == block(), "put this into the page:\n" + block()


def test_every_cell_of_the_tables_is_shown():
    assert what_to_do().count("publish") == 5
    assert what_to_do().count("cancel") == 6
    assert what_to_do().count("withdraw |") == 1
    assert what_is_held().count("\n") == 2 + 9
