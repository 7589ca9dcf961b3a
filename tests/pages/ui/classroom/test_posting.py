"""What members train goes to the board of their class by itself; nothing else does."""

import io

import numpy as np
import pytest

from ann.classroom.post import RunPost
from ann.saving.checkpoint import save_run
from pages.ui.server import datasets, posting, stores
from tests.pages.conftest import press, wait_until
from tests.pages.trained import job_of, trained
from tests.pages.ui.classroom.conftest import member_of
from tests.waiting import wait_until as wait_for


def posted(classroom):
    return stores.classrooms().snapshot(classroom.id).runs


def test_a_training_that_ends_is_on_the_board_with_its_mistakes(join, classroom):
    app = join(page="train", epochs="2", hidden_sizes="16")
    app = press(app, "train.start")
    wait_for(lambda: posted(classroom), "it is not on the board")
    (one,) = posted(classroom)
    assert one.member == member_of(app).member.id
    run, digits = job_of(app).run(), datasets.opened(None)
    assert one.run.recipe == run.recipe and one.run.reason == run.reason != ""
    labels = digits.split(run.recipe.validation_fraction).validation_labels
    wrong = one.run.wrong_digits(len(labels))
    assert (wrong == (run.history.answers != labels)).all() and wrong.any()
    number = stores.run_autosave().number(job_of(app))
    assert one.run.number == number


def test_a_training_that_is_stopped_is_posted_once_it_has_done_an_epoch(join, classroom):
    app = join(page="train", epochs="500", hidden_sizes="8")
    app = press(app, "train.start")
    app = wait_until(app, lambda: job_of(app).view().state.epoch >= 1)
    assert posted(classroom) == (), "it goes on"
    app = press(app, "train.stop")
    wait_for(lambda: posted(classroom), "it is not on the board")
    assert posted(classroom)[0].run.epochs >= 1


@pytest.mark.parametrize("how", ["uploaded", "opened", "saved by itself"])
def test_what_the_server_has_not_trained_is_never_posted(join, come, classroom, how):
    app = join(page="runs")
    visitor, run = member_of(app).visitor, trained().run()
    if how == "uploaded":
        file = io.BytesIO()
        save_run(run, file)
        stores.archive().save_file(visitor, file.getvalue())
    else:
        stores.archive().save(visitor, run)
    app = come(43 * "a", "train") if how == "opened" else app.run()
    stores.run_autosave().close()  # it has written whatever it had to write
    assert posted(classroom) == () and not app.exception


def test_what_others_train_is_no_matter_of_the_class(visit, end, classroom):
    app = press(end(visit("train", {"epochs": "1", "hidden_sizes": "8"})), "train.start")
    wait_until(app, lambda: stores.run_autosave().number(job_of(app)))
    stores.run_autosave().close()
    assert posted(classroom) == ()


def test_nothing_is_posted_before_the_first_epoch_ends(classroom):
    mine = stores.classrooms().join(classroom.id, 43 * "a")
    run = trained().run()
    run.reason, run.history = "", type(run.history)()
    assert not posting.post(stores.classrooms(), mine.visitor, 1, run)
    assert posted(classroom) == ()


def test_labels_are_found_by_the_data_sets_fingerprint_alone():
    run = trained().run()
    digits = datasets.opened(None)
    expected = digits.split(run.recipe.validation_fraction).validation_labels
    assert np.array_equal(posting.validation_labels(run), expected)
    run.fingerprint = "0123456789abcdef"
    assert posting.validation_labels(run) is None
    assert RunPost.of(run, 1, None).wrong == ""
