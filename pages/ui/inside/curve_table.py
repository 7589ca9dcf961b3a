"""The numbers of curves as a table, for those who can't see a chart or want to copy them."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import streamlit as st


def show(
    across: str, strengths: npt.ArrayLike, shares: Mapping[str, npt.ArrayLike], key: str
) -> None:
    """A table to unfold: a column `across` with the strengths, then shares as percentages."""
    percentages = {name: 100 * np.asarray(values, float) for name, values in shares.items()}
    column = st.column_config.NumberColumn(format="%.1f%%")
    with st.expander("As a table", icon=":material/table_rows:"):
        st.dataframe(
            {across: np.asarray(strengths), **percentages},
            hide_index=True,
            key=key,
            placeholder="none",
            column_config=dict.fromkeys(percentages, column),
        )
