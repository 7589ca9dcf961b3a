"""The boxes of a sweep: what is searched, how, and how often."""

import pytest

from tests.pages.conftest import press, query, texts
from tests.pages.sweep.conftest import TINY, buttons, run_to_the_end, sweep


def test_seeds_halving_and_random_draws_are_announced_and_carried_out(visit, end):
    link = TINY | {"epochs": "4", "search": "learning_rate~0.0001~0.1~~activation~relu~tanh"}
    link |= {"trials": "9", "seeds": "2", "halving": "true"}
    app = visit("sweep", link)
    assert query(app) == link
    told = "9 trials with 2 seeds each, 18 training runs, compared after 1 and 2 epochs"
    assert told in texts(app.caption)
    end(press(app, "sweep.start"))
    run_to_the_end(app)
    assert not app.exception
    view = sweep(app).view()
    assert [len(trial.accuracies) for trial in view.trials] == [2] * 9
    assert sorted(trial.epochs for trial in view.trials) == [1] * 6 + [2] * 2 + [4]
    table = app.dataframe[0].value
    assert {"Worst seed", "Best seed"} <= set(table.columns)
    assert list(table["Status"]).count("dropped") == 8


def test_one_trial_and_one_epoch_are_in_the_singular(visit):
    link = TINY | {"epochs": "3", "search": "learning_rate~0.0001~0.001~0.01", "halving": "true"}
    assert "3 trials, compared after 1 epoch: about" in texts(visit("sweep", link).caption)
    link |= {"search": "learning_rate~0.001"}
    assert "1 trial, too few to drop any: about" in texts(visit("sweep", link).caption)


def test_the_published_grid_takes_one_click(visit):
    app = press(visit("sweep", {"trials": "9"}), "sweep.published")
    assert query(app)["search"].split("~~") == [
        "learning_rate~0.001~0.003~0.01",
        "batch_size~32~64~128",
        "epochs~5~10",
    ]
    assert "trials" not in query(app)
    assert "18 trials: about" in texts(app.caption)
    assert "ours" in app.button(key="sweep.published").help
    assert "the values are ours" in texts(app.caption)
    app.multiselect(key="sweep.values.epochs").set_value(["5"]).run()
    assert "the values are ours" not in texts(app.caption)


@pytest.mark.parametrize(
    ("link", "complaint"),
    [
        ({"search": "batch_size~" + "~".join(map(str, range(1, 300)))}, "at most 200 are tried"),
        ({"validation_fraction": "0"}, "no digits are set aside to judge trials"),
        ({"search": "momentum~0.5~0.9"}, "momentum: has no effect without optimizer"),
    ],
)
def test_what_cannot_be_swept_says_why_and_cannot_be_started(visit, link, complaint):
    app = visit("sweep", link)
    assert not app.exception
    assert complaint in texts(app.info).replace("\\", "")
    assert buttons(app) == set()
