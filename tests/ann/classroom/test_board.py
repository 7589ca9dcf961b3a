"""What a board shows of a class's runs, against numbers computed by hand."""

import numpy as np
import pytest

import ann.classroom.snapshot as classes
from ann.classroom import board
from ann.recipe import Recipe
from tests.ann.classroom.made import run, snapshot


def test_each_run_with_an_accuracy_is_a_dot():
    posts = [(1, run(1, 0.8)), (2, run(1, float("nan"))), (1, run(2, 0.9)), (3, run(1, 1.5))]
    shown = board.dots(snapshot(posts))
    assert [(dot.member.name, dot.run.validation_accuracy) for dot in shown] == [
        ("Calm Otter", 0.8),
        ("Calm Otter", 0.9),
    ]


def test_runs_on_another_data_set_than_most_are_left_out():
    posts = [(1, run()), (2, run()), (3, run(fingerprint="other")), (3, run(fingerprint="other"))]
    assert board.main_fingerprint(snapshot(posts)) == "f"
    assert {dot.run.fingerprint for dot in board.dots(snapshot(posts))} == {"f"}


def test_a_spread_is_of_the_same_settings_with_different_seeds():
    wide = Recipe(hidden_sizes=(300,), seed=9)
    posts = [
        (1, run(1, 0.912, seed=1, multiply_adds=1e9)),
        (2, run(1, 0.931, seed=2, multiply_adds=3e9)),
        (3, run(1, 0.921, seed=3, multiply_adds=2e9)),
        (3, run(2, 0.95, recipe=wide)),
    ]
    (spread,) = board.spreads(board.dots(snapshot(posts)))
    assert spread.recipe == Recipe() and spread.networks == 3
    assert (spread.low, spread.high) == (0.912, 0.931)
    assert spread.mean == pytest.approx(0.921333, abs=1e-6) and spread.multiply_adds == 2e9


def test_the_same_seed_counts_once_and_alone_has_no_spread():
    posts = [(1, run(1, 0.9, seed=1)), (2, run(1, 0.9, seed=1)), (3, run(1, 0.8, seed=2))]
    (spread,) = board.spreads(board.dots(snapshot(posts)))
    assert spread.networks == 2
    assert not board.spreads(board.dots(snapshot(posts[:2])))


def test_trainings_of_different_length_are_no_spread():
    posts = [(1, run(1, 0.9, seed=1, epochs=5.0)), (2, run(1, 0.8, seed=2, epochs=10.0))]
    assert not board.spreads(board.dots(snapshot(posts)))


def test_the_confusions_of_each_members_latest_network_add_up():
    posts = [
        (1, run(1, confusion=((9, 9), (9, 9)))),
        (1, run(2, confusion=((3, 1), (0, 4)))),
        (2, run(1, confusion=((2, 2), (1, 3)))),
    ]
    found = board.confusions(snapshot(posts))
    assert found.networks == 2 and found.counts.tolist() == [[5, 3], [1, 7]]
    assert board.confusions(snapshot([])) is None


def test_matrices_of_another_size_are_not_added():
    posts = [(1, run(confusion=((1,),))), (2, run(confusion=((1, 0), (0, 1))))]
    posts.append((3, run(confusion=((1, 0), (2, 1)))))
    assert board.confusions(snapshot(posts)).counts.tolist() == [[2, 0], [2, 2]]


def test_what_all_get_wrong_is_counted_over_the_largest_group_with_the_same_digits():
    other = Recipe(validation_fraction=0.5)
    posts = [
        (1, run(1, wrong=(1, 1, 1, 1, 1, 1, 1, 1, 1, 1))),  # not the latest of this member
        (1, run(2, wrong=(1, 0, 0, 1, 0, 0, 0, 0, 0, 1))),
        (2, run(1, wrong=(1, 0, 0, 0, 0, 0, 0, 0, 0, 1))),
        (3, run(1, wrong=(1, 1), recipe=other)),
    ]
    found = board.missed(snapshot(posts))
    assert found.networks == 2 and found.validation_fraction == Recipe().validation_fraction
    assert found.counts.tolist() == [2, 0, 0, 1, 0, 0, 0, 0, 0, 2]


def test_a_post_that_knows_no_answers_is_not_counted_as_all_right():
    posts = [(1, run(wrong=(1, 0, 1))), (2, run(confusion=((3, 0), (0, 0))))]
    assert board.missed(snapshot(posts)).networks == 1
    assert board.missed(snapshot(posts[1:])) is None


def test_damaged_posts_are_neither_shown_nor_do_they_take_memory():
    huge = run(confusion=((10**15, 0), (0, 0)), wrong="", multiply_adds=-1.0)
    found = snapshot([(1, huge), (2, run(wrong=(1, 0)))])
    assert board.missed(found).networks == 1
    assert board.confusions(found).counts.tolist() == [[1, 1], [0, 0]]
    assert len(board.dots(found)) == 1


def test_the_drop_is_from_the_validation_accuracy_of_the_tested_run():
    scores = ((2, 7, 0.88), (1, 99, 0.5), (77, 1, 0.5))
    tested = tuple(classes.Tested(*score, digits=1000) for score in scores)
    posts = [(2, run(7, 0.91)), (2, run(8, 0.95)), (1, run(1, 0.9))]
    (drop,) = board.drops(snapshot(posts, tested=tested))
    assert (drop.member.name, drop.validation, drop.test) == ("Bold Fox", 0.91, 0.88)


def test_equal_accuracies_share_a_place():
    posts = [(1, run(1, 0.9)), (2, run(1, 0.95)), (3, run(1, 0.9)), (2, run(2, 0.7))]
    ranked = board.ranking(board.dots(snapshot(posts)))
    assert [(one.place, one.member.name) for one in ranked] == [
        (1, "Bold Fox"),
        (2, "Calm Otter"),
        (2, "Wise Owl"),
    ]


def test_a_removed_members_posts_show_nowhere():
    stray = snapshot([(9, run(1, 0.9, wrong=(1, 0)))])
    assert not board.dots(stray) and not board.ranking(board.dots(stray))


def test_a_class_of_sixty_four_with_many_runs_is_added_up_in_moments():
    rng, posts = np.random.default_rng(1), []
    for k in range(64 * 5):
        wrong = rng.random(800) < 0.1
        posts.append((1 + k % 64, run(1 + k // 64, 0.9, wrong=tuple(wrong.astype(int)), seed=k)))
    found = snapshot(posts, n=64)
    assert board.missed(found).counts.sum() == sum(
        posted.run.wrong_digits(800).sum() for posted in board.latest(found)
    )
    assert board.spreads(board.dots(found))[0].networks == 320
