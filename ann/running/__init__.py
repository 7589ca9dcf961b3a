"""Training in the background: in chunks, by worker processes on this machine or on a Dask cluster.

Read `chunk` (the work), `state_file` and `dispatch` (how it reaches a worker and comes back), and
`chunk_loop` with `absence` (how a training gets done, while its page is open); then `job` and
`view`, what a learner can ask for and see. Where chunks run: `pool` and `find_data`, and for
several machines `dask_executor` and `dask_link`. Who may run how many, and when: `limits`,
`memory`, `budget`, `seats`, `fair_queue` and `turns`.
"""
