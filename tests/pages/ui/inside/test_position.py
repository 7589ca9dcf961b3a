"""The position in a network's training: in the address, on the slider, and trained again."""

import numpy as np
import pytest

import data
from ann.state import Split, start
from ann.train import train
from pages.ui import site
from pages.ui.inside import position
from pages.ui.inside.rewind import Rewound
from tests.pages.conftest import query, texts, wait_until
from tests.pages.trained import OTHER, SMALL, give, mine, save_runs, trained

STEPS = 2 * 54  # of SMALL's two epochs


def rewound(app):
    """Wait until the network is there."""
    past = app.session_state["lab"].kept[Rewound]
    return wait_until(app, lambda: past.replay is None or past.replay.status == "finished")


def place(app) -> tuple[str | None, str | None]:
    found = query(app)
    return found.get("step"), found.get("epoch")


def slider(app):
    return next(one for one in app.select_slider if str(one.key).startswith("inside.position"))


def state_after(steps: int):
    """The state of a small training after this many steps, trained here."""
    digits = data.load("mnist-5k")
    split = Split(*digits.split(SMALL.validation_fraction))
    state = start(SMALL, split, n_classes=10)
    events = train(state, split)
    while state.step < steps:
        next(events)
    return state


@pytest.fixture
def look(visit):
    return give(visit("look"), trained())


def test_the_latest_network_needs_no_position(look):
    assert place(look) == (None, None)
    assert slider(look).value == STEPS


def test_the_slider_leads_back_to_a_step_which_stands_in_the_address(look):
    rewound(slider(look).set_value(8).run())
    assert not look.exception and place(look) == ("8", None)
    rewound(slider(look).set_value(STEPS // 2).run())
    assert place(look) == (None, "1")
    slider(look).set_value(STEPS).run()
    assert place(look) == (None, None)


def test_the_network_at_a_step_is_that_of_the_training_bit_for_bit(visit, monkeypatch):
    found = []
    monkeypatch.setattr(
        position.rewind,
        "run_at",
        lambda *a, at=position.rewind.run_at: found.append(at(*a)) or found[-1],
    )
    rewound(give(visit("look", {"step": "5"}), trained()))
    theta = state_after(5).theta
    assert np.array_equal(found[-1].theta, theta) and found[-1].step == 5


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"step": "99999"}, f"allowed are 0 to {STEPS}"),
        ({"step": "-1"}, f"allowed are 0 to {STEPS}"),
        ({"step": "<b>" * 900}, f"allowed are 0 to {STEPS}"),
        ({"epoch": "3"}, "allowed are 0 to 2"),
        ({"epoch": "1.5"}, "allowed are 0 to 2"),
        ({"epoch": "٣"}, "allowed are 0 to 2"),
    ],
)
def test_a_position_that_is_none_is_named_with_what_is_allowed(visit, sent, says):
    app = give(visit("look", sent), trained())
    assert not app.exception and place(app) == (None, None)
    warning = texts(app.warning)
    assert says in warning and len(warning) < 300 and "<b>" not in warning
    assert not app.run().warning, "said once"


def test_another_network_is_shown_at_its_latest_step(visit):
    app = save_runs(give(visit("look", {"step": "4"}), trained()), OTHER)
    rewound(app)
    assert place(app) == ("4", None)
    app.selectbox(key="opened.choice").set_value(mine(app)[0].id).run()
    assert not app.exception and place(app) == (None, None)


def test_the_position_stays_from_page_to_page_but_not_with_a_link_from_elsewhere(visit):
    app = rewound(give(visit("look", {"epoch": "1"}), trained()))
    for page in ("train", "look"):
        app.query_params.clear()
        app.switch_page(site.path(page)).run()
    assert place(rewound(app)) == (None, "1")
    app.query_params.clear()
    app.switch_page(site.path("train")).run()
    app.query_params.update({"digit": "v3"})
    app.switch_page(site.path("look")).run()
    assert place(app) == (None, None)
