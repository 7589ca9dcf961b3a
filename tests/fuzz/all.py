"""All fuzzers, by name."""

from itertools import chain

from tests.fuzz import archives, files, layouts, pages, saved, visits

FUZZERS = {
    one.name: one
    for one in chain(
        saved.FUZZERS,
        files.FUZZERS,
        layouts.FUZZERS,
        archives.FUZZERS,
        visits.FUZZERS,
        pages.FUZZERS,
    )
}
