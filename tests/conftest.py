"""What many tests share: the examples as a built graph, and the real letter where KG_TEST_DATA names it."""

from __future__ import annotations

import functools
import os
import signal
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from kg import pipeline, shapes, validation
from kg.lexicon import Lexicon
from kg.shapes import Shapes

EXAMPLES = Path(__file__).parents[1] / "examples"
SETTINGS = pipeline.Settings(today=date(2030, 1, 1))

# No test is about wall-clock time: it says more about the neighbours than about the program.
settings.register_profile("kg", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kg")


if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Shells start what they run in the background so, and all that it starts would know no Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that a build of ``examples/`` leaves. Never change it: copy it."""
    folder = tmp_path_factory.mktemp("examples") / "graph"
    pipeline.build([str(EXAMPLES)], folder, SETTINGS)
    return folder


@pytest.fixture(scope="session")
def real_letters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that a build of the real letter leaves."""
    data = os.environ.get("KG_TEST_DATA")
    if not data:
        pytest.skip("KG_TEST_DATA does not name a folder of real data")
    folder = tmp_path_factory.mktemp("letters") / "graph"
    pipeline.build([str(Path(data) / "letters")], folder, SETTINGS)
    return folder


@functools.cache
def _lexicon() -> Lexicon:
    return pipeline.read_lexicon()


@functools.cache
def _shapes() -> Shapes:
    return shapes.load()


@pytest.fixture
def ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds without pictures, which take most of the time of small ones, and with vocabulary and shapes read once."""
    from kg.analysis import pictures

    lexicon, rules = _lexicon(), _shapes()
    monkeypatch.setattr(pipeline, "read_lexicon", lambda *_: lexicon)
    monkeypatch.setattr(shapes, "load", lambda *_: rules)
    monkeypatch.setattr(pictures, "write_pictures", lambda *_: None)


@pytest.fixture
def quick(ready: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such builds, without findings."""
    monkeypatch.setattr(validation, "findings", lambda *_: iter(()))
    monkeypatch.setattr(validation, "revised", lambda *_: iter(()))
