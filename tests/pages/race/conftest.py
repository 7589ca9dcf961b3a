"""What the tests of the Race page share."""

from pages.race.current import Race
from pages.ui.server import stores
from tests.pages.conftest import wait_until

TINY = {"hidden_sizes": "8", "epochs": "2", "batch_size": "512"}
LONG = TINY | {"epochs": "5000"}
RACE = {"field": "learning_rate", "values": "0.001~0.01"}


def race(app) -> Race:
    return app.session_state["lab"].kept[Race]


def lanes(app):
    return race(app).lanes


def run_to_the_end(app):
    return wait_until(app, lambda: {lane.job.status for lane in lanes(app)} == {"finished"})


def numbers(app):
    """The numbers of the runs that the lanes are saved as."""
    return [stores.run_autosave().number(lane.job) for lane in lanes(app)]
