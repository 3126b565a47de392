"""Who acts: a pseudonym and a role, and nothing that could be a name with spaces."""

import pytest

from amberkit import InvalidValue, Principal


@pytest.mark.parametrize("good", ["officer-7", "A", "7", "a.b_c@d", "x" * 64])
def test_a_pseudonym_is_kept_as_it_is(good):
    principal = Principal(good, good)

    assert (principal.id, principal.role) == (good, good)


@pytest.mark.parametrize(
    "bad", ["", "Leïla", "two words", "-7", "x" * 65, "a\n", None, 7]
)
def test_what_is_no_pseudonym_is_refused_without_showing_it(bad):
    with pytest.raises(InvalidValue, match="1 to 64 of letters") as refused:
        Principal(bad, "officer")
    with pytest.raises(InvalidValue):
        Principal("officer-7", bad)

    assert "two words" not in str(refused.value)
