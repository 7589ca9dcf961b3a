"""A visitor's own data sets: brought in the browser, for herself, and deleted again."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

import data
from data.yours import brought
from pages.ui import session, words
from pages.ui.networks import current
from pages.ui.server import datasets, internals, limits
from pages.ui.server.internals import UploadedFile

LOG = logging.getLogger(__name__)
KINDS = (
    "A table such as `train.csv`, IDX files (all at once), an `.npz` or Parquet file, or a zip "
    "file: of these, or of pictures in a folder for each class. Images are 28 × 28, or other "
    "squares of 8 to 64 pixels. Only you can see them, in this browser."
)


@dataclass
class Uploads:
    """How many sets were brought. Each has boxes of its own, or it would be brought again."""

    number: int = 0


def bring() -> None:
    """Boxes for files and a name; what was read from them is then in use on all pages."""
    # Drawn only when open: whoever passes by need not wait for boxes that she does not see.
    box = st.expander(
        "Bring your own digits", icon=":material/upload_file:", key="own.box", on_change="rerun"
    )
    if not box.open:
        return
    uploads = session.keep(Uploads)
    with box:
        files = st.file_uploader(
            "Files",
            accept_multiple_files=True,
            key=f"own.files.{uploads.number}",
            max_upload_size=limits.MAX_BROUGHT_MB,
            help=f"You can have {limits.MAX_BROUGHT_SETS} data sets, each of up to "
            f"{limits.MAX_BROUGHT_MB} MB and {limits.MAX_BROUGHT_IMAGES:,} images. What you do not "
            f"use for {limits.BROUGHT_DAYS} days is deleted.",
        )
        st.caption(KINDS)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = st.text_input(
                "Name",
                key=f"own.name.{uploads.number}",
                placeholder=_default_name(files),
                max_chars=brought.LONGEST,
                width=260,
            )
            go = st.button(
                "Check and use",
                key="own.bring",
                type="primary",
                icon=":material/fact_check:",
                disabled=not files,
            )
        if go and files:
            _bring(name.strip() or _default_name(files), files)


def _default_name(files: Sequence[UploadedFile]) -> str:
    return brought.name_of_file(files[0].name) if len(files) == 1 else "my-digits"


def _bring(name: str, files: Sequence[UploadedFile]) -> None:
    """Read the files; if that fails they stay, because one may be missing only."""
    try:
        with st.spinner("Checking the files…", show_time=True):
            made = datasets.bring(name, [(file.name, file.getvalue()) for file in files])
    except data.DataError as error:
        LOG.warning("%s (%s)", error, error.__cause__)
        st.error(words.plain(str(error)), icon=":material/error:")
        return
    for file in files:
        internals.free_upload(file)
    session.keep(Uploads).number += 1
    session.state().dataset = made.name
    session.forget_controls()
    session.say(f"{made.title}: checked, and in use on all pages.", "success")
    st.rerun()


def deletion(dataset: data.Dataset) -> None:
    """For a data set that the visitor brought: a button that asks, then deletes it."""
    if not datasets.is_own(dataset.name):
        return
    training = current.training()
    learned_from = training.dataset if training.in_progress else None
    busy = learned_from is not None and learned_from.fingerprint == dataset.fingerprint
    with st.popover("Delete this data set", icon=":material/delete:"):
        st.markdown(f"Delete **{words.plain(dataset.title)}**?")
        st.markdown(
            "A training on it is under way. Stop it first."
            if busy
            else "Your runs stay, but can be evaluated only with the same files again."
        )
        st.button(
            "Delete",
            key="own.delete",
            type="primary",
            on_click=_delete,
            args=(dataset,),
            disabled=busy,
        )


def _delete(dataset: data.Dataset) -> None:
    datasets.delete(dataset.name)
    session.state().dataset = None
    session.forget_controls()
    session.say(f"{dataset.title}: deleted.", "success")
