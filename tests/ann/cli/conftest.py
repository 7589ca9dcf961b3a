"""Commands run in this process: what they print, and how they end."""

import json

import pytest

from ann.cli import main
from tests.ann.cli import clusters


@pytest.fixture
def run(capsys):
    """Run a command; returns its exit code, stdout and stderr."""

    def run(*argv):
        code = main([str(part) for part in argv], clusters)
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def result(run):
    """Run a command with --json that succeeds; returns what its last line says.

    Beside the result there may be warnings and notes only.
    """

    def result(*argv):
        code, out, err = run(*argv, "--json")
        assert code == 0, err
        assert all(line.startswith(("ann: warning: ", "ann: note: ")) for line in err.splitlines())
        return json.loads(out.splitlines()[-1])

    return result


@pytest.fixture
def mistake(run):
    """Run a command with a mistake in it; returns the one line on stderr."""

    def mistake(*argv):
        code, out, err = run(*argv)
        assert (code, out) == (2, "")
        assert err.count("\n") == 1
        assert "Traceback" not in err
        return err

    return mistake
