"""Reductions: eliminations that come first in some optimal order, and parts that don't meet.

For graphs of scalars whose products all cost 1. P(j), S(j) are the predecessors and successors of j;
P_T(i), S_T(i) those of i after the set T is eliminated: the vertices outside T from which a path through T
leads to i, or to which one leads from it.

A vertex j may be eliminated at once if (1) it costs no more now than its bound and (2) for no other
vertex i and no set T does j's elimination raise i's cost: |P_{T+j}(i)| <= |P_T(i)|, likewise S. For
take any order and move j to its front: j then costs its bound, less than which it costs nowhere;
what came before it costs no more than it did, and what came after it the same.

(2) holds if for every eliminable predecessor u of j at most one successor of j is no successor of u,
and that one an output; and for every eliminable successor w at most one predecessor of j is none of
w's, and that one an input. Proof for S: let j be in S_T(i). The vertex u before j on a path from i
to j through T is i or in T. A successor w of j that is one of u's too is in S_T(i) itself or, if
it is in T, all of S_T(w) is in S_T(i). So of all that j's elimination brings to S_T(i), namely w for
each successor w of j outside T and S_T(w) for each in T, only the one output can be new, and j leaves.
In particular a vertex between an input and one vertex, or between one vertex and an output, goes.

Vertices of different components of the graph that the eliminable vertices induce never become
neighbours: an elimination joins neighbours of one vertex only. So the cost of an order is the sum of
those of its restrictions to the components, each of which is solved on its own.
"""

from __future__ import annotations

from baselines.exact.bitsets import predecessors_and_successors
from vertex_elim_env.bounds.bound import Relaxation
from vertex_elim_env.bounds.pattern import bits_of


def first_eliminations(view: Relaxation) -> list[int]:
    """Return vertices with which some optimal order begins, in order.

    Args:
        view: a graph of scalars whose edges are all valued.
    """
    n = len(view.least)
    preds, succs = predecessors_and_successors(view.pattern)
    inputs = sum(1 << v for v in range(len(preds)) if v >= n and not preds[v])
    outputs = sum(1 << v for v in range(len(preds)) if v >= n and not succs[v])
    order: list[int] = []
    waiting = list(range(n))
    while waiting:
        j = waiting.pop()
        if j in order or not _may_go(j, n, preds, succs, view.least[j], inputs, outputs):
            continue
        order.append(j)
        touched = preds[j] | succs[j]
        for u in bits_of(preds[j]):
            succs[u] = (succs[u] | succs[j]) & ~(1 << j)
        for w in bits_of(succs[j]):
            preds[w] = (preds[w] | preds[j]) & ~(1 << j)
        waiting += [v for v in range(n) if _is_near(v, touched, preds, succs)]
    return order


def _is_near(v: int, touched: int, preds: list[int], succs: list[int]) -> bool:
    return bool((1 << v | preds[v] | succs[v]) & touched)


def _may_go(
    j: int, n: int, preds: list[int], succs: list[int], least: int, inputs: int, outputs: int
) -> bool:
    if preds[j].bit_count() * succs[j].bit_count() > least:
        return False
    before = all(_adds_little(succs[j] & ~succs[u], outputs) for u in bits_of(preds[j]) if u < n)
    return before and all(
        _adds_little(preds[j] & ~preds[w], inputs) for w in bits_of(succs[j]) if w < n
    )


def _adds_little(new: int, ends: int) -> bool:
    return new == 0 or (new & (new - 1) == 0 and new & ends != 0)


def components(view: Relaxation, gone: list[int]) -> list[list[int]]:
    """Return the components of what is left once some vertices are eliminated, ascending.

    Args:
        view: a graph of scalars.
        gone: the vertices eliminated.
    """
    n = len(view.least)
    preds, succs = predecessors_and_successors(view.pattern, gone)
    left = [v for v in range(n) if v not in set(gone)]
    found: list[list[int]] = []
    seen: set[int] = set()
    for start in left:
        if start in seen:
            continue
        seen.add(start)
        stack, members = [start], []
        while stack:
            v = stack.pop()
            members.append(v)
            for other in bits_of(preds[v] | succs[v]):
                if other < n and other not in seen:
                    seen.add(other)
                    stack.append(other)
        found.append(sorted(members))
    return found
