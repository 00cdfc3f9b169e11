"""All best flows of a network at once: the face on which the next level may choose.

A flow is optimal exactly if it agrees with the node prices of one optimal flow: nothing on arcs
that cost more than they bring, as much as fits on arcs that bring more (complementary slackness;
Ahuja, Magnanti and Orlin, Network Flows, 1993, section 9.4). What is left free is a smaller
network on which every flow is optimal for the level before, so levels can be solved one after the
other with no weight between them, however long their numbers would be together.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matcher.allocation.solving.flow import best_flow
from matcher.allocation.solving.network import Longs, Network, Positions


def lexicographic_flow(
    network: Network, gains: Sequence[Longs], *, found: Longs | None = None
) -> Longs:
    """(n_arcs,) int64: a flow that is best by the first gains, and among those by the next ones.

    Args:
        network: arcs, capacities and supplies.
        gains: for each level (n_arcs,) int64.
        found: a flow that is best by the first gains, where one is known already.

    Raises:
        FlowTooLarge: the gains of one level alone do not fit the solver's 64 bits.
    """
    fixed = np.zeros(len(network.tail), dtype=np.int64)
    free = np.arange(len(network.tail))
    flow = fixed
    for number, gain in enumerate(gains):
        part = _part(network, free, fixed)
        carried = found if number == 0 and found is not None else best_flow(part, gain[free])
        flow = fixed.copy()
        flow[free] += carried
        if number + 1 < len(gains):
            worth = _reduced(part, gain[free], carried)
            fixed[free[worth > 0]] = carried[worth > 0]
            free = free[worth == 0]
    return flow


def _part(network: Network, free: NDArray[np.int64], fixed: Longs) -> Network:
    """The network of the free arcs, with what the fixed ones carry taken from the supplies."""
    supply = network.supply.copy()
    carrying = np.flatnonzero(fixed)
    np.subtract.at(supply, network.tail[carrying], fixed[carrying])
    np.add.at(supply, network.head[carrying], fixed[carrying])
    pairs = int(np.searchsorted(free, network.n_pairs))
    return Network(
        network.tail[free],
        network.head[free],
        network.capacity[free],
        network.kind[free],
        supply,
        pairs,
    )


def _reduced(network: Network, gain: Longs, flow: Longs) -> Longs:
    """(n_arcs,) int64: what a unit on each arc brings beyond the prices of its two nodes.

    Above 0 the arc is full in every best flow, below 0 empty, at 0 free.
    """
    price = _prices(network.tail, network.head, network.capacity, gain, flow, network.n_nodes)
    return gain - price[network.head] + price[network.tail]


@njit(cache=True, nogil=True)
def _prices(
    tail: Positions, head: Positions, capacity: Longs, gain: Longs, flow: Longs, n_nodes: int
) -> Longs:
    """Longest distances over what could still be moved; they exist as no gainful cycle is left."""
    price = np.zeros(n_nodes, np.int64)
    moved = True
    while moved:
        moved = False
        for arc in range(len(tail)):
            a, b = tail[arc], head[arc]
            if flow[arc] < capacity[arc] and price[a] + gain[arc] > price[b]:
                price[b] = price[a] + gain[arc]
                moved = True
            if flow[arc] > 0 and price[b] - gain[arc] > price[a]:
                price[a] = price[b] - gain[arc]
                moved = True
    return price
