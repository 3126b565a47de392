"""Every error of the library survives pickling and says something."""

import datetime as dt
import importlib
import pickle
import pkgutil

import pytest

import amberkit
from amberkit.cap import CapError, CapNotFaithful
from amberkit.cli._exit import Unwritable, UsageError
from amberkit.desk import DeskRefused, VerifierUnreachable
from amberkit.eligibility import (
    BrokenPack,
    FactFailed,
    NotAcknowledged,
    PackNotInForce,
    UnknownLanguage,
    UnknownPack,
    WaiverRefused,
)
from amberkit.errors import (
    AmberkitError,
    InvalidDocument,
    InvalidValue,
    MissingExtra,
    NotShareable,
    Problem,
    Refused,
    UnreadableDocument,
)
from amberkit.geo import (
    BudgetExceeded,
    CoverTooLarge,
    InvalidCell,
    InvalidRegion,
    MixedResolutions,
    NotEnclosable,
)
from amberkit.messages import DisclosureRefused
from amberkit.plans import PlanRefused
from amberkit.publish import DispatcherBusy, PublishRefused
from amberkit.publish._nursery import ChannelNotPortable, WorkersUnavailable
from amberkit.render import (
    LanguageMissing,
    PhotographRefused,
    RenderRefused,
    WordingNotReviewed,
)
from amberkit.store import KeyDestroyed, StoreBusy, StoreRefused
from amberkit.values import Audience, Privacy

PROBLEM = Problem(path="$.id", code="required", message="is required")

SAMPLES = [
    AmberkitError("a reason"),
    InvalidValue("radius_m", "more than 0"),
    InvalidDocument("case", [PROBLEM]),
    InvalidDocument("case", [PROBLEM, PROBLEM]),
    UnreadableDocument("case", "no such file"),
    Refused("a-code", "a reason"),
    MissingExtra("CAP", "cap"),
    NotShareable("a restricted value", "a pickle"),
    DisclosureRefused("children.school", Privacy.R, Audience.SERVICES),
    CapError("CAP message", [PROBLEM]),
    CapNotFaithful("x"),
    UnknownPack("zz", ["aa", "bb"]),
    BrokenPack("aa"),
    FactFailed("agency.own", "KeyError"),
    WaiverRefused("consent", "the pack lets nobody waive it"),
    NotAcknowledged(["age"]),
    PackNotInForce(
        "aa",
        dt.date(2020, 1, 1),
        [(dt.date(2023, 1, 1), dt.date(2023, 12, 31)), (dt.date(2024, 1, 1), None)],
    ),
    UnknownLanguage("zz", ["ar"]),
    InvalidRegion("must be closed"),
    InvalidRegion("must be closed", 0, 1, 2),
    InvalidRegion("must have two points", line=1, vertex=0),
    InvalidCell("a cell of resolution 9", 3),
    MixedResolutions(8, 9),
    CoverTooLarge(9, 1_000_000),
    BudgetExceeded(11, 10),
    NotEnclosable("use more vertices"),
    PlanRefused("not-eligible", "the criteria are not met"),
    LanguageMissing("zz", ("ar", "fr")),
    WordingNotReviewed("ar"),
    RenderRefused("other-case", "the plan is of another case"),
    PhotographRefused("too-large", "at most 20 MB"),
    StoreRefused("mode", "the store is of another mode"),
    StoreBusy(None),
    StoreBusy(7),
    KeyDestroyed("MA-1"),
    ChannelNotPortable("sms"),
    WorkersUnavailable("start"),
    DispatcherBusy(),
    DispatcherBusy(7),
    PublishRefused("same-name", "every channel must have its own name"),
    DeskRefused("same-person", "another person must approve it"),
    VerifierUnreachable(),
    UsageError("give a path"),
    Unwritable("out.json", "no space left"),
]


def every_error():
    for module in pkgutil.walk_packages(amberkit.__path__, "amberkit."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    stack, found = [AmberkitError], set()
    while stack:
        kind = stack.pop()
        found.add(kind)
        stack += kind.__subclasses__()
    return {kind for kind in found if kind.__module__.startswith("amberkit.")}


def test_every_error_is_in_the_table():
    assert every_error() == {type(error) for error in SAMPLES}


@pytest.mark.parametrize("error", SAMPLES, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_an_error_survives_pickling(error, protocol):
    twin = pickle.loads(pickle.dumps(error, protocol))

    assert type(twin) is type(error)
    assert str(twin) == str(error)
    assert vars(twin) == vars(error)
    assert twin.args == error.args


@pytest.mark.parametrize("error", SAMPLES, ids=lambda e: type(e).__name__)
def test_an_error_says_something_in_words(error):
    assert len(str(error)) > 5
    assert str(error) != repr(error.args)
    assert type(error).__doc__


@pytest.mark.parametrize(
    "kind",
    sorted(every_error() - {AmberkitError}, key=lambda k: k.__name__),
    ids=lambda k: k.__name__,
)
def test_every_error_can_be_caught_as_ours(kind):
    assert issubclass(kind, AmberkitError)
    assert issubclass(kind, Exception)


def test_a_list_of_problems_is_shown_line_by_line():
    assert str(InvalidDocument("case", [PROBLEM])) == (
        "invalid case: 1 problem\n  - is required @ $.id"
    )
    assert str(InvalidDocument("case", [PROBLEM] * 2)).startswith(
        "invalid case: 2 problems\n"
    )
    assert InvalidDocument("case", iter([PROBLEM])).problems == (PROBLEM,)


def test_a_missing_extra_says_how_to_get_it():
    assert "pip install 'amberkit[cap]'" in str(MissingExtra("CAP", "cap"))
