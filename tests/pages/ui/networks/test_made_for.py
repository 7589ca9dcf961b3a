"""Which data set a preset is trained on in place of MNIST's digits."""

from types import SimpleNamespace

import pytest

import data
from ann.recipes.presets import PRESETS
from pages.ui.networks import made_for
from pages.ui.server import datasets


def of(name, class_names=data.DIGITS):
    return SimpleNamespace(name=name, class_names=class_names)


@pytest.fixture
def here(monkeypatch):
    """Names of the data sets on this machine."""
    names = {"mnist-5k", "mnist-uci", "mnist", "mnist-hands"}

    def by_name(name):
        if name not in names:
            raise data.DataError(f"{name}: not on this machine yet.")

    monkeypatch.setattr(datasets, "by_name", by_name)
    return names


def found(preset, digits):
    return made_for.find(PRESETS[preset], digits)


@pytest.mark.parametrize("chosen", ["mnist-5k", "mnist-uci", "mnist"])
def test_in_place_of_mnists_digits_it_is_what_the_preset_was_made_for(here, chosen):
    assert found("good-in-a-minute", of(chosen)) == "mnist-hands"


def test_without_full_mnist_it_is_the_embedded_digits_of_more_writers(here):
    here -= {"mnist", "mnist-hands"}
    assert found("good-in-a-minute", of("mnist-5k")) == "mnist-uci"
    assert found("good-in-a-minute", of("mnist-uci")) is None, "which are kept if they are chosen"


def test_what_is_chosen_already_stays(here):
    assert found("good-in-a-minute", of("mnist-hands")) is None
    assert found("quick", of("mnist-uci")) is None
    assert found("quick", of("mnist-hands")) == "mnist-uci"


def test_a_published_preset_keeps_the_chosen_data_set(here):
    assert found("keras-classic", of("mnist-5k")) is None


def test_other_data_sets_are_never_replaced(here):
    assert found("quick", of("my-digits")) is None
    assert found("quick", of("mnist~inverted")) is None
    assert found("quick", of("mnist", class_names=("A", "B"))) is None


def test_every_presets_data_set_has_a_name_that_the_lab_knows():
    names = {info.name for info in data.available()}
    assert {preset.data_set for preset in PRESETS.values() if preset.data_set} <= names
