"""A desk in memory with two recording channels, and the example submitted to it."""

from __future__ import annotations

import attrs
import pytest
from desk_samples import CHIEF, OFFICER, Setup, inline

from amberkit.desk import Desk
from amberkit.publish import Dispatcher
from amberkit.values import Mode


@pytest.fixture
def setup():
    return Setup()


@pytest.fixture
def desk(setup):
    with Desk.open("sqlite://", mode=Mode.EXERCISE, channels=setup.channels) as made:
        yield made


@pytest.fixture(scope="session")
def short_plan(plan):
    """The first two stages: at once, and after six minutes."""
    return attrs.evolve(plan, stages=plan.stages[:2])


@pytest.fixture
def submit(desk, case, short_plan, agency):
    def submit(now=short_plan.made, revision=1, case_id=case.id, **changes):
        arguments = {
            "agency": agency,
            "languages": ("ar", "fr"),
            "by": OFFICER,
            "now": now,
        }
        return desk.submit(
            attrs.evolve(case, id=case_id, revision=revision),
            attrs.evolve(short_plan, case_id=case_id, revision=revision),
            **(arguments | changes),
        )

    return submit


@pytest.fixture
def approved(desk, submit, now):
    """The hash of the example, submitted and approved at once."""
    content_hash = submit()
    desk.approve(content_hash, by=CHIEF, now=now)
    return content_hash


@pytest.fixture
def drain(desk, setup):
    def drain(now):
        dispatcher = Dispatcher(desk.outbox, setup.channels, crew=inline)
        return dispatcher.drain(now=now)

    return drain
