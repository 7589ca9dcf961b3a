"""A run from a file: downloaded here or in another lab, or written by the command line."""

from dataclasses import dataclass
from functools import partial
from pathlib import PurePath

import streamlit as st

from ann.keeping.limits import MAX_NAME, MAX_RUN_BYTES
from pages.runs import one
from pages.ui import session
from pages.ui.server import internals, stores
from pages.ui.server.visitor import address, visitor_id


@dataclass
class Uploads:
    """How many files were uploaded. Each has a box of its own, or it would be added again."""

    number: int = 0


def show() -> None:
    """A box for a run's file, which is added to the saved runs."""
    uploads = session.keep(Uploads)
    file = st.file_uploader(
        "Add a run from a file",
        type="npz",
        key=f"runs.upload.{uploads.number}",
        max_upload_size=MAX_RUN_BYTES // 1_000_000,
        help="A file that was downloaded here or in another lab, or written by "
        "`python -m ann train --out run.npz`.",
    )
    if file is None:
        return
    uploads.number += 1
    name = PurePath(file.name).stem[:MAX_NAME]
    content = file.getvalue()
    add = partial(stores.archive().save_file, visitor_id(), content, name, address())
    one.attempt(add, "The run has been added.")
    internals.free_upload(file)
    st.rerun()
