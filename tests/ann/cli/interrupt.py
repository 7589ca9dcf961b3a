"""Ctrl-C in the middle of a training."""

import signal


def interrupting(monkeypatch, after):
    """Ctrl-C in the middle of a step, after this many steps."""
    from ann.cli import train as cli_train

    def watched(state, split):
        for event in real(state, split):
            if state.step == after:
                signal.raise_signal(signal.SIGINT)
            yield event

    real = cli_train.watched
    monkeypatch.setattr(cli_train, "watched", watched)
