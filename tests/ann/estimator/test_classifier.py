"""The network as a scikit-learn estimator."""

import importlib
import io
import pickle
import subprocess
import sys
import warnings
from dataclasses import fields
from inspect import signature
from pathlib import Path

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits, load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from ann import ANNClassifier
from ann.estimator.holdout import held_out
from ann.recipe import Recipe
from ann.saving.checkpoint import load_run, save_run

DIGITS, LABELS = load_digits(return_X_y=True)  # 8 x 8 pixels, 0 to 16, float64
FAST = {"hidden_sizes": (32,), "learning_rate": 0.01, "batch_size": 32, "epochs": 8}


@parametrize_with_checks([ANNClassifier(), ANNClassifier(batch_norm=True, dropout=0.1)])
def test_it_passes_the_checks_of_scikit_learn(estimator, check):
    check(estimator)


def test_its_parameters_are_the_recipes_fields_and_three_of_other_estimators():
    fields_of = {f.name: f.default for f in fields(Recipe)}
    fields_of |= {"random_state": None, "warm_start": False, "verbose": False}
    parameters = signature(ANNClassifier).parameters
    assert {name: p.default for name, p in parameters.items()} == fields_of
    assert ANNClassifier().get_params() == fields_of


def test_importing_ann_does_not_import_scikit_learn():
    code = "import ann, sys; assert 'sklearn' not in sys.modules; ann.ANNClassifier"
    root = Path(__file__).parents[3]
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root)


def test_a_name_that_ann_does_not_have_is_an_attribute_error():
    ann = importlib.import_module("ann")

    with pytest.raises(AttributeError, match="Classifier"):
        _ = ann.Classifier


def test_it_learns_digits_given_as_bytes_as_floats_and_as_strings():
    for x in (DIGITS, DIGITS.astype(np.float32), (DIGITS * 15).astype(np.uint8)):
        assert ANNClassifier(**FAST).fit(x, LABELS).score(x, LABELS) > 0.93
    names = np.array([f"digit {label}" for label in LABELS])
    model = ANNClassifier(**FAST).fit(DIGITS, names)
    assert model.classes_[3] == "digit 3"
    assert np.mean(model.predict(DIGITS) == names) > 0.93


def test_a_grid_search_finds_the_learning_rate_that_learns():
    grid = {"learning_rate": [1e-5, 0.01], "hidden_sizes": [(16,), (8, 8)]}
    search = GridSearchCV(ANNClassifier(batch_size=32, epochs=5), grid, cv=2)
    search.fit(DIGITS[:400], LABELS[:400])
    assert search.best_params_["learning_rate"] == 0.01
    assert search.best_score_ > 0.6


def test_it_works_in_a_pipeline_under_cross_validation():
    x, y = load_iris(return_X_y=True)
    model = make_pipeline(
        StandardScaler(), ANNClassifier(**FAST).set_params(batch_size=16, epochs=20)
    )
    assert cross_val_score(model, x, y, cv=3).mean() > 0.9


def test_a_clone_has_the_same_parameters_and_nothing_learned():
    model = ANNClassifier(hidden_sizes=(5,), epochs=1).fit(DIGITS, LABELS)
    copy = clone(model)
    assert copy.get_params() == model.get_params()
    assert not hasattr(copy, "run_")


@pytest.mark.parametrize("way", ["pickle", "joblib"])
def test_a_fitted_estimator_survives_pickling(way):
    model = ANNClassifier(**FAST).fit(DIGITS, LABELS)
    if way == "pickle":
        copy = pickle.loads(pickle.dumps(model))
    else:
        file = io.BytesIO()
        joblib.dump(model, file)
        file.seek(0)
        copy = joblib.load(file)
    assert np.array_equal(copy.predict_proba(DIGITS), model.predict_proba(DIGITS))


def test_the_same_seed_gives_the_same_network_and_another_one_does_not():
    first, again, other = (
        ANNClassifier(**FAST, seed=seed).fit(DIGITS, LABELS).predict_proba(DIGITS)
        for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_probabilities_do_not_depend_on_the_other_samples():
    model = ANNClassifier(**FAST).fit(DIGITS, LABELS)
    alone = np.vstack([model.predict_proba(row[None]) for row in DIGITS[:20]])
    assert np.allclose(alone, model.predict_proba(DIGITS)[:20], rtol=0, atol=1e-12)


def test_fit_stores_the_curves_and_the_run():
    model = ANNClassifier(**FAST).fit(DIGITS, LABELS)
    assert model.n_iter_ == 8
    assert len(model.loss_curve_) == 8
    assert model.loss_curve_[-1] < model.loss_curve_[0]
    assert len(model.history_.epochs["validation_loss"]) == 8
    assert model.run_.reason == "epochs"
    assert model.n_features_in_ == 64


@pytest.mark.parametrize(
    ("field", "value"),
    [("dropout", 1.5), ("hidden_sizes", (0,)), ("optimizer", "adagrad"), ("epochs", 2.5)],
)
def test_fit_refuses_a_wrong_parameter_with_name_value_and_range(field, value):
    model = ANNClassifier(**{field: value})  # scikit-learn wants no complaint before fit
    with pytest.raises(ValueError, match=field):
        model.fit(DIGITS, LABELS)


def test_one_class_is_refused_with_the_reason():
    with pytest.raises(ValueError, match="1 class"):
        ANNClassifier().fit(DIGITS[:20], np.zeros(20))


def test_early_stopping_judges_by_the_held_out_samples():
    model = ANNClassifier(**FAST).set_params(patience=2, epochs=300).fit(DIGITS, LABELS)
    assert model.run_.reason == "early_stopping"
    assert model.n_iter_ == model.history_.best_epoch + 2


def test_a_divergence_is_a_warning_and_leaves_a_usable_network():
    model = ANNClassifier(
        optimizer="sgd", learning_rate=10.0, init_scale=10, initializer="normal", epochs=50
    ).set_params(activation="identity")
    with pytest.warns(ConvergenceWarning, match="smaller learning rate"):
        model.fit(DIGITS, LABELS)
    assert np.isfinite(model.predict_proba(DIGITS)).all()


def test_classes_are_held_out_in_proportion_even_if_the_samples_are_sorted():
    y = np.repeat([0, 1, 2], [600, 300, 100])
    x = np.arange(1000.0)[:, None]
    split = held_out(x, y, 0.15)
    assert np.bincount(split.validation_y).tolist() == [90, 45, 15]
    assert np.bincount(split.train_y[:100]).tolist() == [60, 30, 10]
    both = np.concatenate([split.train_x, split.validation_x])[:, 0]
    assert sorted(both.tolist()) == list(range(1000))


@pytest.mark.parametrize("rare", [0, 1, 2])
def test_the_only_sample_of_a_class_is_used_for_training(rare):
    y = np.array([k for k in range(3) if k != rare] * 5 + [rare])
    split = held_out(np.zeros((11, 1)), y, 0.5)
    assert set(split.train_y) == {0, 1, 2}


def test_with_too_few_samples_nothing_is_held_out():
    split = held_out(np.zeros((12, 1)), np.arange(12) % 3, 0.15)
    assert (len(split.train_y), len(split.validation_y)) == (12, 0)
    model = ANNClassifier(hidden_sizes=(4,), epochs=2).fit(DIGITS[:12], LABELS[:12])
    assert np.isnan(model.history_.epochs["validation_loss"]).all()


def test_a_fit_with_the_defaults_raises_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ANNClassifier(epochs=1).fit(DIGITS, LABELS).predict_log_proba(DIGITS)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"initializer": "zeros"}, "All weights began at zero.*initializer He instead of Zeros"),
        ({"initializer": "normal", "init_scale": 10.0}, "initial weights are too large"),
        ({"batch_size": 5000, "epochs": 6}, "Too few steps"),
    ],
)
def test_a_fit_that_cannot_work_warns_with_the_reason_and_the_cure(settings, told):
    with pytest.warns(ConvergenceWarning, match=told):
        ANNClassifier(**settings).fit(DIGITS, LABELS)


def test_a_run_with_thousands_of_classes_can_be_saved_and_loaded():
    x, y = np.linspace(0, 1, 6000)[:, None], np.arange(6000) // 2
    model = ANNClassifier(hidden_sizes=(2,), epochs=1, batch_size=1000).fit(x, y)
    file = io.BytesIO()
    save_run(model.run_, file)
    file.seek(0)
    assert np.array_equal(load_run(file).predict_proba(x[:9]), model.run_.predict_proba(x[:9]))
