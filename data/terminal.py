"""End a command as a shell expects it: quietly if nobody reads on, or at Ctrl-C."""

import errno
import os
import sys
from collections.abc import Callable

STOPPED, NOT_READ = 130, 141  # exit codes that shells give for Ctrl-C and for a closed pipe
NOT_WRITTEN = 1
UNWRITABLE = (errno.EPIPE, errno.ENOSPC, errno.EDQUOT)  # no reader, no room


def ended(command: Callable[[], int]) -> int:
    """Run a command and return its exit code, also if it is stopped or its output is not read.

    `head` closes the pipe as soon as it has its lines; whoever writes on gets a BrokenPipeError.
    """
    try:
        try:
            code = command()
        except SystemExit as end:  # of argparse, after --help
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        if sys.stdout:  # None if the shell closed it, as with >&-
            sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return STOPPED
    except OSError as error:
        if error.errno not in UNWRITABLE:
            raise
        # at exit, Python would try to write once more, and complain
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return NOT_READ
        print(f"the output cannot be written: {error.strerror or error}", file=sys.stderr)
        return NOT_WRITTEN
