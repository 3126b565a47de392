"""A message that holds what its audience may not see cannot exist."""

import copy
import datetime as dt
import hashlib
import pickle

import attrs
import pytest

from amberkit.errors import InvalidValue
from amberkit.messages import (
    ACCESS,
    Area,
    Capabilities,
    Circle,
    Delivery,
    DisclosureRefused,
    Item,
    Message,
    MessageText,
    Operation,
    Picture,
    Term,
    may_see,
)
from amberkit.values import Audience, DisclosureReason, Localized, Mode, Privacy

NOW = dt.datetime(2026, 11, 22, 18, tzinfo=dt.UTC)

WHO_SEES_WHAT = [
    # audience, class, with a reason, without
    ("PUBLIC", "P0", True, True),
    ("PUBLIC", "P1", True, True),
    ("PUBLIC", "P2", True, False),
    ("PUBLIC", "S", False, False),
    ("PUBLIC", "R", False, False),
    ("PUBLIC", "K", False, False),
    ("SERVICES", "P0", True, True),
    ("SERVICES", "P1", True, True),
    ("SERVICES", "P2", True, True),
    ("SERVICES", "S", True, False),
    ("SERVICES", "R", False, False),
    ("SERVICES", "K", False, False),
]
CELLS = [
    pytest.param(
        Audience[a],
        Privacy[p],
        reason,
        seen,
        id=f"{a}-{p}-{'reason' if reason else 'none'}",
    )
    for a, p, *answers in WHO_SEES_WHAT
    for reason, seen in zip((DisclosureReason.LOCATE, None), answers, strict=True)
]


def text(**changes):
    return MessageText(
        **{
            "language": "ar",
            "direction": "rtl",
            "marker": "تمرين",
            "event": "اختفاء طفل",
            "headline": "canary-headline",
            "description": ("canary-description",),
            "instruction": ("canary-instruction",),
            "area": "canary-area",
        }
        | changes
    )


def message(**changes):
    return Message(
        **{
            "identifier": "A-1-0-public",
            "case_id": "A",
            "revision": 1,
            "stage": 0,
            "mode": Mode.EXERCISE,
            "audience": Audience.PUBLIC,
            "sender": "a@b.example",
            "sender_name": Localized({"fr": "Police"}),
            "contact": "19",
            "status_url": "https://b.example",
            "time_zone": "Africa/Casablanca",
            "sent": NOW,
            "starts": NOW,
            "expires": NOW + dt.timedelta(hours=24),
            "area": Area(circles=(Circle((335731000, -75898000), 160_000),)),
            "items": (),
            "texts": (text(),),
        }
        | changes
    )


def test_the_table_is_whole():
    assert len(CELLS) == 24
    assert {a: set(row) for a, row in ACCESS.items()} == {
        a: set(Privacy) for a in Audience
    }


@pytest.mark.parametrize(("audience", "privacy", "reason", "seen"), CELLS)
def test_who_may_see_what(audience, privacy, reason, seen):
    assert may_see(audience, privacy, reason=reason) is seen


# A field of each class; no field of a case is of class K, and none of R is carried.
FIELD_OF = {
    Privacy.P0: "report.received",
    Privacy.P1: "children.sex",
    Privacy.P2: "last_seen.at",
    Privacy.S: "children.health",
    Privacy.R: "children.school",
}


@pytest.mark.parametrize(
    ("audience", "privacy", "reason", "seen"),
    [cell for cell in CELLS if cell.values[1] is not Privacy.K],
)
def test_a_message_holds_just_what_its_audience_may_see(
    audience, privacy, reason, seen
):
    harmless = Item(field="id", value="A")
    item = Item(field=FIELD_OF[privacy], reason=reason, value="canary")
    if seen:
        assert message(audience=audience, items=(harmless, item)).items[1] is item
        return

    with pytest.raises(DisclosureRefused) as caught:
        message(audience=audience, items=(harmless, item))

    assert caught.value.field == FIELD_OF[privacy]
    assert caught.value.privacy is item.privacy is privacy
    assert caught.value.audience is audience
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("reason", ["", "locate", "because", True])
def test_only_a_reason_of_the_list_is_one(reason):
    assert not may_see(Audience.PUBLIC, Privacy.P2, reason=reason)


def test_the_table_cannot_be_changed():
    with pytest.raises(TypeError):
        ACCESS[Audience.PUBLIC] = {}
    with pytest.raises(TypeError):
        ACCESS[Audience.PUBLIC][Privacy.R] = ACCESS[Audience.PUBLIC][Privacy.P0]


def test_a_message_cannot_be_changed_into_one_for_others():
    item = Item(
        field="children.health", reason=DisclosureReason.PROTECT_HEALTH, value="x"
    )
    services = message(audience=Audience.SERVICES, items=(item,))

    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        services.audience = Audience.PUBLIC
    with pytest.raises(DisclosureRefused):
        attrs.evolve(services, audience=Audience.PUBLIC)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"expires": NOW}, "expires"),
        ({"expires": NOW - dt.timedelta(seconds=1)}, "expires"),
        ({"texts": ()}, "texts"),
        ({"texts": (text(), text())}, "texts"),
        ({"texts": (text(marker=None),)}, "marker"),
        ({"mode": Mode.LIVE}, "marker"),
        (
            {"mode": Mode.LIVE, "texts": (text(marker=None), text(language="fr"))},
            "marker",
        ),
        ({"sent": NOW.replace(tzinfo=None)}, "time"),
        ({"starts": "now"}, "time"),
        ({"case_id": "no id"}, "case id"),
    ],
)
def test_a_message_of_another_form_cannot_exist(changes, name):
    with pytest.raises(InvalidValue) as caught:
        message(**changes)

    assert caught.value.name == name


@pytest.mark.parametrize("mode", [Mode.EXERCISE, Mode.TEST])
def test_what_does_not_count_is_marked_and_what_counts_is_not(mode):
    live = message(mode=Mode.LIVE, texts=(text(marker=None),))

    assert message(mode=mode).texts[0].marker
    assert live.texts[0].marker is None


def test_a_message_gives_its_text_by_language():
    both = message(texts=(text(), text(language="fr", direction="ltr")))

    assert both.languages == ("ar", "fr")
    assert both.text().language == "ar"
    assert both.text("fr").language == "fr"
    with pytest.raises(InvalidValue, match="language must be one of ar, fr"):
        both.text("en")


def test_a_text_reads_in_one_of_two_directions():
    with pytest.raises(ValueError, match="direction"):
        text(direction="up")


def test_a_message_prints_nothing_of_a_person():
    name = Item(field="children.given_name", value=Localized({"fr": "canary"}))
    health = Item(
        field="children.health",
        reason=DisclosureReason.PROTECT_HEALTH,
        value="canary",
    )
    one = message(audience=Audience.SERVICES, items=(name, health))

    printed = f"{one!r} {one} {one.texts!r}"

    assert "canary" not in printed + repr(one.items)
    assert "health" not in printed
    assert "protect_health" not in repr(one.items)
    assert "335731000" not in printed
    assert "A-1-0-public" in printed


def test_a_message_survives_pickling_and_compares_by_value():
    one = message(items=(Item(field="children.sex", value=Term("sex", "female")),))

    assert pickle.loads(pickle.dumps(one)) == one
    assert hash(one) == hash(attrs.evolve(one))


# --- pictures and endings ---------------------------------------------------------------


def picture(**changes):
    data = b"canary-pixels"
    return Picture(
        **{
            "sha256": hashlib.sha256(data).hexdigest(),
            "media_type": "image/jpeg",
            "width_px": 4,
            "height_px": 3,
            "data": data,
        }
        | changes
    )


@pytest.mark.parametrize("change", [{"data": b"other"}, {"sha256": "0" * 64}])
def test_a_picture_has_the_digest_of_its_data(change):
    with pytest.raises(InvalidValue, match="SHA-256") as caught:
        picture(**change)

    assert caught.value.name == "sha256"


def test_a_message_prints_of_its_pictures_only_how_many_there_are():
    one = message(pictures=(picture(),))

    assert "pictures=<1>" in repr(one)
    assert "canary" not in repr(one) + repr(picture())
    assert picture().sha256 not in repr(one) + repr(picture())


def test_a_message_is_an_alert_unless_it_says_otherwise():
    assert message().ending is None
    assert message(ending="over").ending == "over"


@pytest.mark.parametrize(
    "held", [{"items": (Item(field="id", value="A"),)}, {"pictures": (picture(),)}]
)
def test_an_ending_holds_no_item_and_no_picture(held):
    assert message(**held)
    with pytest.raises(InvalidValue, match="in an ending"):
        message(ending="over", **held)


# --- areas ------------------------------------------------------------------------------

RING = ((0, 0), (0, 10), (10, 10), (0, 0))


def test_an_area_without_shapes_is_nationwide():
    assert Area().nationwide
    assert not Area(polygons=((RING,),)).nationwide
    assert not Area(circles=(Circle((0, 0), 1),)).nationwide


@pytest.mark.parametrize(
    "ring", [RING[:3], (), (*RING[:3], (1, 1)), ((5, 5),) * 4, ((0, 0), (1, 1)) * 2]
)
def test_a_ring_is_closed(ring):
    with pytest.raises(InvalidValue, match="ring must be closed"):
        Area(polygons=((ring,),))


@pytest.mark.parametrize(
    ("point", "name"),
    [
        ((900_000_001, 0), "lat"),
        ((-900_000_001, 0), "lat"),
        ((0, 1_800_000_001), "lon"),
        ((10**400, 0), "lat"),
        ((0, 0.5), "lon"),
        ((True, 0), "lat"),
        (("0", 0), "lat"),
    ],
)
def test_a_point_is_two_integers_on_the_globe(point, name):
    with pytest.raises(InvalidValue) as circle:
        Circle(point, 1)
    with pytest.raises(InvalidValue) as area:
        Area(polygons=(((point, *RING[1:3], point),),))

    assert circle.value.name == area.value.name == name


def test_the_corners_of_the_globe_are_on_it():
    assert Circle((900_000_000, -1_800_000_000), 0).radius_m == 0


@pytest.mark.parametrize("radius_m", [-1, 20_004_001, 1.5, float("nan"), True, "1"])
def test_a_radius_is_an_integer_that_fits_the_globe(radius_m):
    with pytest.raises(InvalidValue, match="radius_m"):
        Circle((0, 0), radius_m)


# --- towards the channel ----------------------------------------------------------------


def delivery(**changes):
    return Delivery(
        **{
            "key": "s:A:1:b:publish",
            "operation": Operation.PUBLISH,
            "case_id": "A",
            "version": 1,
            "mode": Mode.TEST,
            "audience": Audience.PUBLIC,
            "forms": {"text/plain": b"canary"},
            "expires": NOW,
        }
        | changes
    )


def test_a_delivery_keeps_its_own_read_only_forms():
    forms = {"text/plain": b"canary", "application/json": b"{}"}
    one = delivery(forms=forms)
    forms["text/plain"] = b"other"

    assert one.forms == (("application/json", b"{}"), ("text/plain", b"canary"))
    assert one.form("text/plain") == b"canary"
    with pytest.raises(InvalidValue, match="one of application/json, text/plain"):
        one.form("text/html")


def test_a_delivery_travels_to_another_process():
    one = delivery(previous="reference", pictures=(picture(),))

    assert pickle.loads(pickle.dumps(one)) == one
    assert copy.deepcopy(one) == one


def test_a_delivery_prints_neither_content_nor_reference():
    one = delivery(previous="canary-reference", pictures=(picture(),))

    assert "canary" not in repr(one)
    assert picture().sha256 not in repr(one)


def test_deliveries_compare_by_value_and_hash():
    assert delivery() == delivery()
    assert delivery() != delivery(forms={})
    assert hash(delivery()) == hash(delivery())


def test_a_delivery_expires_at_an_aware_time():
    with pytest.raises(InvalidValue, match="UTC offset"):
        delivery(expires=NOW.replace(tzinfo=None))


def test_capabilities_promise_least_unless_told():
    least = Capabilities(forms=frozenset({"text/plain"}))

    assert (least.max_chars, least.pictures, least.max_per_second) == (None, 0, None)
    assert (least.dedupe, least.cancel, least.withdraw) == ("none", "none", "none")
    assert (least.on_unknown, least.concurrency) == ("hold", 1)
    assert least.late_effect_s == 0


@pytest.mark.parametrize(
    "change",
    [
        {"dedupe": "maybe"},
        {"cancel": "later"},
        {"withdraw": "ask"},
        {"on_unknown": "guess"},
    ],
)
def test_capabilities_know_a_closed_set_of_words(change):
    with pytest.raises(ValueError, match=next(iter(change))):
        Capabilities(forms=frozenset(), **change)


@pytest.mark.parametrize(
    "change",
    [
        {"concurrency": 0},
        {"concurrency": -1},
        {"max_per_second": 0},
        {"max_per_second": -0.5},
        {"max_per_second": float("nan")},
        {"late_effect_s": -1},
        {"late_effect_s": 86_400.5},
        {"late_effect_s": float("nan")},
    ],
)
def test_the_figures_of_a_channel_are_in_their_ranges(change):
    with pytest.raises(InvalidValue) as caught:
        Capabilities(forms=frozenset(), **change)

    assert caught.value.name == next(iter(change))


def test_the_ends_of_the_ranges_belong_to_them():
    edge = Capabilities(forms=frozenset(), max_per_second=1e-3, late_effect_s=86_400)

    assert (edge.max_per_second, edge.late_effect_s) == (1e-3, 86_400)


@pytest.mark.parametrize(
    ("dedupe", "once"),
    [("native", True), ("key", True), ("query", True), ("none", False)],
)
def test_a_channel_dedupes_unless_it_says_none(dedupe, once):
    assert Capabilities(forms=frozenset(), dedupe=dedupe).dedupes is once
