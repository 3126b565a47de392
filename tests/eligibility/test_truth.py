"""Strong Kleene logic: tables written by hand, and the laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amberkit.eligibility import Truth, all_of, any_of, at_least

F, U, T = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE
truths = st.lists(st.sampled_from([F, U, T]), max_size=6)

# Kleene, Introduction to Metamathematics (1952), section 64: the strong tables.
TABLE = [
    # a, b, and, or
    (F, F, F, F),
    (F, U, F, U),
    (F, T, F, T),
    (U, F, F, U),
    (U, U, U, U),
    (U, T, U, T),
    (T, F, F, T),
    (T, U, U, T),
    (T, T, T, T),
]


@pytest.mark.parametrize(("a", "b", "both", "either"), TABLE)
def test_two_operands_follow_the_strong_tables(a, b, both, either):
    assert (all_of([a, b]), any_of([a, b])) == (both, either)


@pytest.mark.parametrize(("a", "negated"), [(F, T), (U, U), (T, F)])
def test_negation_leaves_what_is_not_known(a, negated):
    assert ~a is negated


@pytest.mark.parametrize(
    ("count", "operands", "expected"),
    [
        (1, [], F),
        (0, [], T),
        (2, [T, T, F], T),
        (2, [T, U, F], U),
        (2, [T, F, F], F),
        (2, [U, U, F], U),
        (2, [U, F, F], F),
        (2, [T, T, U], T),
        (3, [T, T, U], U),
        (3, [T, T], F),
    ],
)
def test_at_least_counts_what_is_sure_and_what_is_possible(count, operands, expected):
    assert at_least(count, operands) is expected


def test_without_operands_all_hold_and_none_holds():
    assert (all_of([]), any_of([])) == (T, F)


@pytest.mark.parametrize("truth", Truth)
def test_a_truth_refuses_to_be_a_bool(truth):
    with pytest.raises(TypeError, match=r"is Truth\.TRUE"):
        bool(truth)


@pytest.mark.parametrize(("value", "truth"), [(True, T), (False, F), (None, U)])
def test_a_truth_is_made_of_a_flag_or_of_nothing(value, truth):
    assert Truth.of(value) is truth


@given(truths, st.randoms(use_true_random=False))
def test_order_does_not_matter(operands, random):
    shuffled = operands[:]
    random.shuffle(shuffled)

    assert all_of(shuffled) is all_of(operands)
    assert any_of(shuffled) is any_of(operands)
    assert at_least(2, shuffled) is at_least(2, operands)


@given(truths)
def test_de_morgan_holds(operands):
    assert ~all_of(operands) is any_of([~truth for truth in operands])
    assert ~any_of(operands) is all_of([~truth for truth in operands])


@given(truths)
def test_at_least_has_all_and_any_at_its_ends(operands):
    assert at_least(1, operands) is any_of(operands)
    assert at_least(len(operands), operands) is all_of(operands)


@given(truths, st.integers(0, 6), st.data())
def test_learning_an_operand_never_flips_what_is_settled(operands, count, data):
    learnt = [
        data.draw(st.sampled_from([F, T]))
        if truth is U and data.draw(st.booleans())
        else truth
        for truth in operands
    ]

    for verdict in (all_of, any_of, lambda x: at_least(count, x)):
        before = verdict(operands)
        assert before is U or verdict(learnt) is before
