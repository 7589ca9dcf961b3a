"""The network as an estimator does what its peers do: ensembles, weights, one step at a time."""

import io
import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_digits
from sklearn.ensemble import AdaBoostClassifier, BaggingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.validation import has_fit_parameter

from ann import ANNClassifier
from ann.saving.checkpoint import load_run, save_run

DIGITS, LABELS = load_digits(return_X_y=True)  # 8 x 8 pixels, 0 to 16, float64
X, X_TEST, Y, Y_TEST = train_test_split(DIGITS, LABELS, random_state=0, stratify=LABELS)
SMALL = {"hidden_sizes": (16,), "batch_size": 32, "learning_rate": 0.01}
FAST = SMALL | {"epochs": 4}


def fitted(x=X, y=Y, **parameters):
    return ANNClassifier(**FAST | parameters).fit(x, y)


# Seeds and ensembles.


def test_a_random_state_takes_the_place_of_the_seed():
    by_seed = fitted(seed=3).predict_proba(X_TEST)
    assert np.array_equal(fitted(random_state=3).predict_proba(X_TEST), by_seed)
    assert np.array_equal(fitted(random_state=np.int64(3), seed=9).predict_proba(X_TEST), by_seed)
    assert not np.array_equal(fitted(random_state=4).predict_proba(X_TEST), by_seed)


def test_a_random_state_that_draws_gives_each_fit_another_seed_and_the_same_ones_again():
    drawn = []
    for _ in range(2):
        model = ANNClassifier(**SMALL, epochs=1, random_state=np.random.RandomState(5))
        drawn.append([model.fit(X, Y).run_.recipe.seed for _ in range(3)])
    assert drawn[0] == drawn[1] and len(set(drawn[0])) == 3


def test_a_random_state_beyond_the_largest_seed_is_allowed_as_elsewhere():
    assert fitted(random_state=2**32 - 1, epochs=1).run_.recipe.seed < 2**31


@pytest.mark.parametrize("value", ["x", -1, 1.5])
def test_a_wrong_random_state_is_refused_by_name(value):
    with pytest.raises(ValueError, match="random_state: "):
        fitted(random_state=value)


def test_the_members_of_an_ensemble_differ_and_are_better_together():
    bag = BaggingClassifier(ANNClassifier(**FAST), 6, bootstrap=False, random_state=0).fit(X, Y)
    alone = [member.score(X_TEST, Y_TEST) for member in bag.estimators_]
    assert len({member.run_.recipe.seed for member in bag.estimators_}) == 6
    assert bag.score(X_TEST, Y_TEST) > np.mean(alone)


@pytest.mark.parametrize(
    "ensemble",
    [
        BaggingClassifier(ANNClassifier(**FAST), 3, random_state=0),
        AdaBoostClassifier(ANNClassifier(**FAST), n_estimators=3, random_state=0),
        CalibratedClassifierCV(ANNClassifier(**FAST), cv=3),
    ],
    ids=lambda ensemble: type(ensemble).__name__,
)
def test_it_works_inside_other_estimators(ensemble):
    assert ensemble.fit(X, Y).score(X_TEST, Y_TEST) > 0.85


def test_a_pipeline_may_hand_it_data_frames():
    model = make_pipeline(StandardScaler(), ANNClassifier(**FAST)).set_output(transform="pandas")
    frame = pd.DataFrame(X, columns=[f"pixel {i}" for i in range(64)])
    model.fit(frame, Y)
    assert model[-1].feature_names_in_[3] == "pixel 3"
    assert model.score(pd.DataFrame(X_TEST, columns=frame.columns), Y_TEST) > 0.85


# Weights.


def test_a_sample_of_weight_zero_is_left_out():
    counts = np.arange(len(Y)) % 3 > 0
    without = fitted(X[counts], Y[counts])
    noise = np.where(counts[:, None], X, 99.0)
    weighted = ANNClassifier(**FAST).fit(noise, Y, sample_weight=counts.astype(float))
    assert np.array_equal(weighted.predict_proba(X_TEST), without.predict_proba(X_TEST))


def test_equal_weights_are_no_weights():
    plain = fitted().predict_proba(X_TEST)
    for weight in (1.0, 7.5):
        model = ANNClassifier(**FAST).fit(X, Y, sample_weight=np.full(len(Y), weight))
        assert np.allclose(model.predict_proba(X_TEST), plain, atol=1e-4)


def test_samples_that_count_more_are_learned_rather_than_those_that_contradict_them():
    both, y = np.vstack([X, X]), np.concatenate([Y, (Y + 1) % 10])
    for first, second, right in ((10, 1, 0), (1, 10, 1)):
        weights = np.repeat([first, second], len(Y))
        model = ANNClassifier(**FAST).fit(both, y, sample_weight=weights)
        assert np.mean(model.predict(X_TEST) == (Y_TEST + right) % 10) > 0.8


def test_losses_and_early_stopping_are_weighted_too():
    # each sample twice in turn, so that both are held out, the second with another label
    x, y, weights = X.repeat(2, axis=0), Y.repeat(2), np.tile([1.0, 1e-3], len(Y))
    y[1::2] = (y[1::2] + 1) % 10
    model = ANNClassifier(**FAST).fit(x, y, sample_weight=weights)
    assert model.loss_ < 0.7 and model.history_.epochs["validation_accuracy"][-1] > 0.8


def test_in_one_batch_a_weight_of_two_is_the_sample_twice_in_any_order():
    x, y = X[:20], Y[:20] % 2
    weights = np.arange(20) % 4
    shuffled = np.random.default_rng(0).permutation(20)
    options = {"dropout": 0.2, "batch_size": 64, "validation_fraction": 0.3}
    repeated = fitted(x.repeat(weights, axis=0), y.repeat(weights), **options)
    weighted = ANNClassifier(**FAST | options)
    weighted.fit(x[shuffled], y[shuffled], sample_weight=weights[shuffled])
    assert np.array_equal(weighted.predict_proba(X_TEST), repeated.predict_proba(X_TEST))


@pytest.mark.parametrize(
    ("weights", "what"),
    [
        (np.ones(3), r"shape \(3,\)"),
        (np.ones((len(Y), 1)), "shape"),
        (np.full(len(Y), -1.0), "-1.0 is negative"),
        (np.full(len(Y), np.nan), "NaN"),
        (np.zeros(len(Y)), "all weights are zero"),
    ],
)
def test_wrong_weights_are_refused_by_name(weights, what):
    for learn in (ANNClassifier(**FAST).fit, ANNClassifier(**FAST).partial_fit):
        more = {"classes": range(10)} if learn.__name__ == "partial_fit" else {}
        with pytest.raises(ValueError, match=f"sample_weight: .*{what}"):
            learn(X, Y, sample_weight=weights, **more)
    assert has_fit_parameter(ANNClassifier(), "sample_weight")


# Step by step.


@pytest.mark.parametrize(
    "more", [{}, {"dropout": 0.2, "batch_norm": True, "ema": 0.9}, {"patience": 9}], ids=str
)
def test_a_warm_start_continues_where_the_last_fit_ended(more):
    whole = fitted(epochs=5, **more)
    model = ANNClassifier(**SMALL, epochs=2, warm_start=True, **more).fit(X, Y)
    model.set_params(epochs=3).fit(X, Y)
    assert np.array_equal(model.predict_proba(X_TEST), whole.predict_proba(X_TEST))
    assert model.n_iter_ == len(model.loss_curve_) == 5
    assert model.loss_curve_ == whole.loss_curve_


def test_without_a_warm_start_a_second_fit_begins_anew():
    model = ANNClassifier(**FAST).fit(X_TEST, Y_TEST).fit(X, Y)
    assert np.array_equal(model.predict_proba(X_TEST), fitted().predict_proba(X_TEST))
    assert model.n_iter_ == 4


def test_a_warm_start_may_change_how_it_learns_but_not_the_network_or_the_classes():
    model = fitted(warm_start=True)
    model.set_params(optimizer="sgd", ema=0.9, patience=2).fit(X, Y)
    assert model.score(X_TEST, Y_TEST) > 0.85
    with pytest.raises(ValueError, match=r"hidden_sizes: \(16,\) cannot become \(8,\)"):
        clone(model).set_params(hidden_sizes=(16,)).fit(X, Y).set_params(hidden_sizes=(8,)).fit(
            X, Y
        )
    with pytest.raises(ValueError, match="classes must stay"):
        model.fit(X, Y % 5)
    with pytest.raises(ValueError, match="epochs: 4999 more after"):
        model.set_params(epochs=4999).fit(X, Y)


def test_a_warm_start_after_an_early_stop_waits_again():
    model = fitted(warm_start=True, patience=1, learning_rate=0.1, epochs=50)
    assert model.run_.reason == "early_stopping"
    before = model.n_iter_
    assert model.fit(X, Y).n_iter_ > before
    assert model.score(X_TEST, Y_TEST) > 0.8


def test_partial_fit_learns_from_one_piece_after_another():
    model = ANNClassifier(**SMALL)
    for _ in range(6):
        for part in np.array_split(np.arange(len(Y)), 4):
            model.partial_fit(X[part], Y[part], classes=np.arange(10))
    assert model.score(X_TEST, Y_TEST) > 0.9
    assert model.n_iter_ == 24 and model.loss_curve_[-1] == model.loss_


def test_partial_fit_takes_one_epoch_on_all_samples_whatever_epochs_says():
    by_pieces = ANNClassifier(**SMALL, epochs=1)
    for _ in range(3):
        by_pieces.partial_fit(X, Y, classes=np.arange(10))
    whole = ANNClassifier(**SMALL, epochs=3)
    seen = [model.run_.images_seen for model in (by_pieces, whole.fit(X, Y))]
    assert seen[0] == 3 * len(Y) > seen[1]  # which held some out


def test_partial_fit_knows_classes_that_come_later():
    model = ANNClassifier(**SMALL)
    low = Y < 5
    model.partial_fit(X[low], Y[low], classes=np.arange(10))
    assert model.predict_proba(X_TEST).shape == (len(X_TEST), 10)
    for _ in range(8):
        model.partial_fit(X, Y)
    assert model.score(X_TEST, Y_TEST) > 0.85


@pytest.mark.parametrize(
    ("calls", "what"),
    [
        ([{}], "classes: the first call"),
        ([{"classes": range(9)}], "y: label .*9.* is not among the classes"),
        ([{"classes": range(10)}, {"classes": range(11)}], "classes: must stay"),
    ],
)
def test_partial_fit_refuses_what_does_not_fit_together(calls, what):
    model = ANNClassifier(**SMALL)
    with pytest.raises(ValueError, match=what):
        for more in calls:
            model.partial_fit(X, Y, **more)


def test_it_goes_on_after_pickling_as_if_nothing_had_been():
    model = ANNClassifier(**SMALL, dropout=0.1).partial_fit(X, Y, classes=range(10))
    copy = pickle.loads(pickle.dumps(model))
    first, second = (m.partial_fit(X, Y).predict_proba(X_TEST) for m in (model, copy))
    assert np.array_equal(first, second)


def test_after_diverging_a_smaller_learning_rate_can_go_on():
    wild = {"optimizer": "momentum", "learning_rate": 10.0, "activation": "identity"}
    model = ANNClassifier(hidden_sizes=(16,), batch_size=32, **wild)
    with pytest.warns(ConvergenceWarning):
        for _ in range(20):
            model.partial_fit(X, Y, classes=range(10))
            if model.run_.reason:
                break
    model.set_params(learning_rate=0.01)
    for _ in range(3):
        model.partial_fit(X, Y)
    assert model.score(X_TEST, Y_TEST) > 0.8


# What it tells.


def test_verbose_prints_a_line_for_each_epoch(capsys):
    fitted(verbose=True, epochs=2)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("Epoch 2 of 2: loss ") and "accuracy" in lines[1]
    fitted(epochs=1)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "options", [{}, {"batch_norm": True}, {"scaling": "standard"}, {"hidden_sizes": ()}], ids=str
)
def test_coefs_and_intercepts_are_the_network_on_samples_as_they_are(options):
    model = fitted(**options)
    h = X_TEST
    for i, (weights, bias) in enumerate(zip(model.coefs_, model.intercepts_, strict=True)):
        h = h @ weights + bias
        if i < len(model.coefs_) - 1:
            h = np.maximum(h, 0)
    e = np.exp(h - h.max(axis=1, keepdims=True))
    assert np.allclose(e / e.sum(axis=1, keepdims=True), model.predict_proba(X_TEST), atol=1e-6)


def test_losses_are_those_of_the_curve():
    model = fitted(learning_rate=0.3, epochs=8)
    assert model.loss_ == model.loss_curve_[-1]
    assert model.best_loss_ == min(model.loss_curve_)
    unfitted = ANNClassifier()
    assert not any(hasattr(unfitted, name) for name in ("loss_", "best_loss_", "coefs_"))


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ({"hidden_layer_sizes": (5,)}, "hidden_layer_sizes: here it is hidden_sizes"),
        ({"max_iter": 5}, "max_iter: here it is epochs"),
        ({"alpha": 1e-4}, "alpha: here it is l2"),
        ({"learning_rate_init": 0.1}, "learning_rate_init: here it is learning_rate"),
        ({"solver": "adam"}, "solver: here it is optimizer"),
        ({"early_stopping": True}, "early_stopping: here it is patience"),
    ],
)
def test_the_names_of_its_peer_are_answered_with_ours(theirs, ours):
    with pytest.raises(TypeError, match=ours):
        ANNClassifier(**theirs)
    with pytest.raises(ValueError, match=ours):
        ANNClassifier().set_params(**theirs)
    with pytest.raises(ValueError, match=ours):
        GridSearchCV(ANNClassifier(), {name: [value] for name, value in theirs.items()}).fit(X, Y)


def test_a_name_that_nobody_has_is_refused_as_usual():
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        ANNClassifier(colour=1)
    with pytest.raises(ValueError, match="colour"):
        ANNClassifier().set_params(colour=1)


def test_patience_with_nothing_held_out_warns():
    with pytest.warns(UserWarning, match="patience: 2 has no effect"):
        fitted(patience=2, validation_fraction=0.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fitted(patience=2)


# Samples of all kinds.


@pytest.mark.parametrize("kind", [sparse.csr_matrix, sparse.csr_array, sparse.coo_array])
def test_sparse_samples_give_what_dense_ones_give(kind):
    dense, model = fitted(), fitted(kind(X))
    assert np.array_equal(model.predict_proba(kind(X_TEST)), dense.predict_proba(X_TEST))
    assert np.array_equal(model.predict_proba(X_TEST), dense.predict_proba(X_TEST))


def test_black_and_white_bytes_give_what_floats_give():
    black_and_white = (X > 8).astype(np.uint8)
    by_bytes, by_floats = (fitted(black_and_white.astype(kind)) for kind in ("uint8", "float64"))
    shown = (X_TEST > 8).astype(np.uint8)
    assert np.allclose(by_bytes.predict_proba(shown), by_floats.predict_proba(shown), atol=1e-6)
    assert by_bytes.score(shown, Y_TEST) > 0.8


def test_bytes_that_use_the_whole_range_are_gray_levels_from_0_to_255():
    gray = np.minimum(X * 15, 200).astype(np.uint8)  # none is quite white
    assert fitted(gray).run_.scaling.factor == pytest.approx(1 / 255)
    assert fitted(gray / 1.0).run_.scaling.factor == pytest.approx(1 / 200)


@pytest.mark.parametrize("scaling", ["unit", "symmetric", "standard"])
@pytest.mark.parametrize("divisor", [1, 255, 256, 15.7])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_floats_of_any_unit_give_the_same_network_but_for_rounding(scaling, divisor, dtype):
    gray = np.rint(DIGITS * 255 / 16)
    here, there = (gray[:400] / d for d in (1, divisor))
    base, other = (fitted(x.astype(dtype), LABELS[:400], scaling=scaling) for x in (here, there))
    assert np.allclose(other.predict_proba(there), base.predict_proba(here), atol=2e-3)
    file = io.BytesIO()
    save_run(other.run_, file)
    file.seek(0)
    again = load_run(file).predict_proba(there)  # a saved run takes samples in the same unit
    assert np.allclose(again, other.predict_proba(there), atol=1e-5)


def test_augmentation_of_black_and_white_bytes_gives_what_floats_give():
    bytes_ = (X > 8).astype(np.uint8)
    options = {"augment_shift": 0.5, "epochs": 2}
    first, second = (fitted(x, **options) for x in (bytes_, bytes_.astype(np.float32)))
    assert np.allclose(first.predict_proba(bytes_), second.predict_proba(bytes_), atol=1e-6)


@pytest.mark.parametrize(
    ("trained", "shown", "how"),
    [(15.9, 1 / 16, "254 times smaller"), (1 / 16, 15.9, "254 times larger"), (1, 1 / 16, "16")],
)
def test_samples_in_another_range_than_those_of_the_training_get_a_warning(trained, shown, how):
    model = fitted(X * trained)
    with pytest.warns(UserWarning, match=f"X: its values are about {how}"):
        model.score(X_TEST * shown, Y_TEST)
    with pytest.warns(UserWarning, match="X: its values"):
        model.set_params(warm_start=True).fit(X * shown, Y)


def test_samples_in_the_range_of_the_training_get_none_even_if_there_are_few():
    model = fitted(np.rint(X * 15).astype(np.uint8))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for row in np.rint(X_TEST[:50] * 15):
            model.predict(row[None])
        model.predict(np.zeros((3, 64)))
        scaler = StandardScaler().fit(X)
        standard = fitted(scaler.transform(X))
        for row in scaler.transform(X_TEST[:50]):
            standard.predict(row[None])
