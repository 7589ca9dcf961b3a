"""A Dask cluster in this process, for tests that are skipped where Dask is missing."""


def scheduler_at(port: int, workers: int):
    """A scheduler and its workers as threads of this process, which start and stop quickly."""
    import distributed  # late, because this module is collected without Dask too

    return distributed.LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=False,
        protocol="tcp",
        host="127.0.0.1",
        scheduler_port=port,
        dashboard_address=":0",
    )
