"""What nobody has decided does not go out live."""

import attrs
import pytest
from desk_samples import OFFICER, Seals, Setup

from amberkit.desk import Desk
from amberkit.plans import Concern
from amberkit.render import RenderRefused, load_wording
from amberkit.values import Mode


@pytest.fixture
def hand_in(case, short_plan, agency):
    wordings = [
        attrs.evolve(load_wording(tag), reviewed_by="linguist-3")
        for tag in ("ar", "fr")
    ]
    verifier = Seals()
    setup = Setup(mode=Mode.LIVE)
    with Desk.open(
        "sqlite://", mode=Mode.LIVE, channels=setup.channels, verifier=verifier
    ) as desk:

        def hand_in(*concerns):
            return desk.submit(
                case,
                attrs.evolve(short_plan, unsettled=concerns),
                agency=agency,
                languages=("ar", "fr"),
                by=OFFICER,
                now=short_plan.made,
                wordings=wordings,
                sign=lambda statement: verifier.sign(OFFICER, statement),
            )

        yield hand_in


def test_a_settled_plan_is_handed_in(hand_in):
    assert len(hand_in()) == 64


@pytest.mark.parametrize("concern", Concern)
def test_a_live_desk_takes_no_plan_on_which_somebody_has_to_decide(concern, hand_in):
    with pytest.raises(RenderRefused, match=concern.value) as caught:
        hand_in(concern)

    assert caught.value.code == "unsettled"
