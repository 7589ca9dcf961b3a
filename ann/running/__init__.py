"""Training in the background: in chunks, in worker processes, on this machine or a Dask cluster.

`chunk` is the work, `state_file` and `dispatch` bring it to a worker, `job` is what a learner asks
for and sees. The rest is where it runs: `pool`, `dask_executor`, `dask_link`, `find_data`."""
