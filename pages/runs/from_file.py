"""Runs from files: downloaded here or in another lab, or written by the command line."""

from dataclasses import dataclass
from pathlib import PurePath

import streamlit as st

from ann.hyperparameters.field import short
from ann.keeping.database import ArchiveError
from ann.keeping.limits import MAX_NAME, MAX_RUN_BYTES
from pages.ui import session
from pages.ui.server import internals, stores
from pages.ui.server.visitor import address, visitor_id


@dataclass
class Uploads:
    """How many files were uploaded. Each has a box of its own, or it would be added again."""

    number: int = 0


def show() -> None:
    """A box for files of runs, which are added to the saved runs."""
    uploads = session.keep(Uploads)
    files = st.file_uploader(
        "Add runs from files",
        type="npz",
        accept_multiple_files=True,
        key=f"runs.upload.{uploads.number}",
        max_upload_size=MAX_RUN_BYTES // 1_000_000,
        help="Files that were downloaded here or in another lab, or written by "
        "`python -m ann train --out run.npz`.",
    )
    if not files:
        return
    uploads.number += 1
    added = 0
    for file in files:
        name = PurePath(file.name).stem[:MAX_NAME]
        try:
            stores.archive().save_file(visitor_id(), file.getvalue(), name, address())
            added += 1
        except ArchiveError as error:
            session.say(f"{short(file.name)}: {error}", "error")
        internals.free_upload(file)
    if added:
        have = "run has" if added == 1 else "runs have"
        session.say(f"{added} {have} been added.", "success")
    st.rerun()
