"""All fuzzers, by name."""

from itertools import chain

from tests.fuzz import files, pages, saved, visits

FUZZERS = {
    one.name: one for one in chain(saved.FUZZERS, files.FUZZERS, visits.FUZZERS, pages.FUZZERS)
}
