"""Arrays of recycled memory are nobody else's for as long as anybody looks at them."""

from __future__ import annotations

import copy
import gc

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vertex_elim_env.game.recycler import Recycler

LIKE = np.zeros((4, 3), np.float32)


@given(st.lists(st.integers(0, 5), max_size=40))
def test_arrays_in_use_never_share_memory(places: list[int]) -> None:
    recycler, held = Recycler(LIKE), dict[int, np.ndarray]()
    for stamp, place in enumerate(places):
        array = recycler.lend()
        array[:] = stamp
        held[place] = array[1:, ::2].T  # what a user keeps may be a view of a view
        del array
        stamps = [int(view[0, 0]) for view in held.values()]
        assert len(set(stamps)) == len(stamps)
        assert all((view == view[0, 0]).all() for view in held.values())


def test_memory_that_nobody_holds_is_taken_again() -> None:
    recycler = Recycler(LIKE)
    first = recycler.lend()
    address, view = first.ctypes.data, first[2:]
    del first
    gc.collect()
    assert recycler.lend().ctypes.data != address, "a view is left"
    del view
    gc.collect()
    assert address in {array.ctypes.data for array in [recycler.lend(), recycler.lend()]}


def test_a_lent_array_is_like_any_other() -> None:
    array = Recycler(LIKE).lend()
    assert (array.shape, array.dtype, array.flags.writeable) == ((4, 3), np.float32, True)
    array[:] = 7
    np.testing.assert_array_equal(copy.deepcopy(array), array)
