"""One min-cost flow by OR-Tools, its whole-number bound asserted before it starts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from matcher.allocation.solving.network import Longs, Network
from matcher.errors import FlowTooLarge

LARGEST = int(np.iinfo(np.int64).max)
"""What a scaled cost must stay under; the library multiplies costs by its number of nodes."""

HEADROOM = 4
"""Node prices may add up to a few scaled costs on the way."""


def fits(n_nodes: int, largest_gain: int) -> bool:
    """Do gains up to this size stay within 64 bits while a network of so many nodes is solved.

    Example:
        >>> fits(200_000, 10_000), fits(200_000, 10**14)
        (True, False)
    """
    return (n_nodes + 1) * largest_gain * HEADROOM < LARGEST


def best_flow(network: Network, gain: Longs) -> NDArray[np.int64]:
    """(n_arcs,) int64: units on each arc where the total gain is the largest possible.

    Equal totals are settled by the order of the arcs, so the same network gives the same answer.

    Args:
        network: arcs, capacities and supplies.
        gain: (n_arcs,) int64, what a unit on each arc is worth.

    Raises:
        FlowTooLarge: the gains do not fit the solver's 64 bits.
    """
    largest = int(np.abs(gain).max(initial=0))
    if not fits(network.n_nodes, largest):
        raise FlowTooLarge(gain=largest, nodes=network.n_nodes)
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(network.tail, network.head, network.capacity, -gain)
    solver.set_nodes_supplies(np.arange(network.n_nodes, dtype=np.int32), network.supply)
    if solver.solve() != solver.OPTIMAL:
        raise FlowTooLarge(gain=largest, nodes=network.n_nodes)
    return np.asarray(solver.flows(np.arange(len(network.tail), dtype=np.int32)), dtype=np.int64)
