"""A Dask cluster in this process. Skipped, with the reason, where Dask is missing."""

import pytest

distributed = pytest.importorskip(
    "distributed", reason="needs Dask: pip install -r tests/requirements.txt"
)


def scheduler_at(port: int, workers: int):
    """A scheduler and its workers in threads of this process, quickly there and quickly gone."""
    return distributed.LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=False,
        protocol="tcp",
        host="127.0.0.1",
        scheduler_port=port,
        dashboard_address=":0",
    )
