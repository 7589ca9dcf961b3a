"""Commands that are stopped, or whose output nobody reads."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from data.terminal import ended

ROOT = Path(__file__).parents[2]


def stop():
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (lambda: 0, 0),
        (lambda: 2, 2),
        (lambda: sys.exit(), 0),
        (lambda: sys.exit(3), 3),
        (lambda: sys.exit("a message"), 1),
        (stop, 130),
    ],
    ids=["done", "a mistake", "help", "a code", "a message", "Ctrl-C"],
)
def test_the_exit_code_is_the_one_a_shell_expects(command, code, capsys):
    assert ended(command) == code
    assert capsys.readouterr().err == ("stopped\n" if code == 130 else "")


def test_any_other_error_is_not_hidden():
    def read():
        raise PermissionError(13, "Permission denied")

    with pytest.raises(PermissionError):
        ended(read)


@pytest.mark.parametrize("arguments", [[], ["list"], ["--help"]])
def test_a_list_that_nobody_reads_is_not_a_traceback(arguments):
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "data", *arguments]
    done = subprocess.run(command, cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, text=True)
    os.close(writer)
    assert done.stderr == ""
    assert done.returncode == (0 if arguments == ["--help"] else 141)  # argparse ignores it


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a full disk at hand")
def test_a_full_disk_is_said_in_one_line():
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "data"]
        done = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert done.stderr == "the output cannot be written: No space left on device\n"
