"""The room can be entered without its extra; what needs it says so."""

import pickle
import subprocess
import sys

import pytest

import amberkit.store
from amberkit.errors import AmberkitError, MissingExtra
from amberkit.store import KeyDestroyed, Store, StoreBusy, StoreRefused, Work

# Not those with the errors: a second class of the same name would stay about.
HEAVY = {
    f"amberkit.store._{m}" for m in ("store", "work", "seal", "ground", "turnstile")
}


def test_the_names_are_complete():
    assert dir(amberkit.store) == amberkit.store.__all__
    assert amberkit.store.Store is Store
    assert amberkit.store.Work is Work
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = amberkit.store.nonsense


def test_entering_loads_no_extra():
    code = "import amberkit.store, amberkit.audit, sys; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    loaded = {name.split(".")[0] for name in run.stdout.split()}

    assert loaded.isdisjoint({"sqlalchemy", "cryptography", "sqlite3", "jsonschema"})


@pytest.mark.parametrize("gone", ["sqlalchemy", "cryptography"])
@pytest.mark.parametrize("name", ["Store", "Work"])
def test_a_missing_extra_is_told(monkeypatch, gone, name):
    for module in list(sys.modules):
        if module in HEAVY:
            monkeypatch.delitem(sys.modules, module)
        if module.partition(".")[0] == gone:
            monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, gone, None)
    monkeypatch.delitem(vars(amberkit.store), name, raising=False)
    if (gone, name) == ("cryptography", "Work"):
        assert amberkit.store.Work
    else:
        with pytest.raises(MissingExtra, match=r"amberkit\[outbox\]"):
            getattr(amberkit.store, name)


def test_another_module_that_is_missing_is_not_blamed_on_the_extra(monkeypatch):
    for module in list(sys.modules):
        if module in HEAVY:
            monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "fcntl", None)
    monkeypatch.delitem(vars(amberkit.store), "Store")
    with pytest.raises(ImportError, match="fcntl") as raised:
        _ = amberkit.store.Store

    assert not isinstance(raised.value, MissingExtra)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (KeyDestroyed("A"), "no key for the case A"),
        (StoreBusy(17), "held by process 17"),
        (StoreBusy(None), "held by another transaction"),
        (StoreRefused("mode", "it is for live"), "the store refuses: it is for live"),
    ],
)
def test_errors_survive_pickling(error, says):
    twin = pickle.loads(pickle.dumps(error))

    assert isinstance(error, AmberkitError)
    assert (type(twin), str(twin), vars(twin)) == (type(error), str(error), vars(error))
    assert says in str(error)
