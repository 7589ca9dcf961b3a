"""Training in the background: in chunks, by worker processes on this machine or on a Dask cluster.

Read `chunk` (the work), `state_file` and `dispatch` (how it reaches a worker and comes back), then
`view`, `absence` and `job` (what a learner asks for and sees, and what happens when the page is
closed). Where chunks run: `pool` and `find_data`, and for several machines `dask_executor` and
`dask_link`. Who may run how many, and when: `limits`, `memory`, `budget`, `seats`, `fair_queue` and
`turns`.
"""
