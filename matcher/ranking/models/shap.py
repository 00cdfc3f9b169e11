"""Exact SHAP values of shallow trees, from tables made once per model.

A leaf's share in a feature's value depends only on which of the few features on its path a row
agrees with. All 2**d answers of a leaf with d features are worked out when a model is opened
(Shapley's sum over the subsets of the path, by the trees' own cover where a feature is left out),
so that a row costs one walk over the nodes and d additions a leaf, in double precision. The
library adds up the same values anew for each row, in single precision.
"""

from __future__ import annotations

import json
import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

MOST_ON_A_PATH = 6
"""Different features above a leaf, at most: each more doubles the tables."""


class Forest(NamedTuple):
    """Trees as flat arrays; the nodes of a tree stand together, parents before their children.

    Attributes:
        tree_from: (n_trees + 1,) int32, the first node of each tree.
        left, right: (n_nodes,) int32 nodes; -1 in a leaf.
        feature: (n_nodes,) int32 column that a node asks about.
        split: (n_nodes,) float32; lower values go left.
        missing_left: (n_nodes,) bool, where a missing value goes.
        slot: (n_nodes,) int32, the place of the node's feature among those of its path.
        on_path: (n_nodes, MOST_ON_A_PATH) int32, columns by slot, of leaves.
        features_above: (n_nodes,) int32, how many columns are on a leaf's path.
        table_from: (n_nodes,) int64, where a leaf's values stand in `table`.
        table: float64, by leaf, then by the bits of the slots a row agrees with, then by slot.
    """

    tree_from: NDArray[np.int32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    feature: NDArray[np.int32]
    split: NDArray[np.float32]
    missing_left: NDArray[np.bool_]
    slot: NDArray[np.int32]
    on_path: NDArray[np.int32]
    features_above: NDArray[np.int32]
    table_from: NDArray[np.int64]
    table: NDArray[np.float64]


class _Node(NamedTuple):
    """A node on its way into the arrays, with the features above it and their shares of cover."""

    left: int
    right: int
    feature: int
    split: float
    missing_left: bool
    slot: int
    columns: tuple[int, ...]
    shares: tuple[float, ...]
    value: float


def forest_of(booster: Any) -> Forest | None:
    """The tables of a booster's trees; None where a path has too many features for tables."""
    told = json.loads(bytes(booster.save_raw("json")))
    trees = told["learner"]["gradient_booster"]["model"]["trees"]
    nodes: list[_Node] = []
    tree_from = [0]
    for tree in trees:
        nodes.extend(_nodes(tree, len(nodes)))
        tree_from.append(len(nodes))
    if max((len(node.columns) for node in nodes), default=0) > MOST_ON_A_PATH:
        return None
    on_path = np.zeros((len(nodes), MOST_ON_A_PATH), np.int32)
    shares = np.zeros((len(nodes), MOST_ON_A_PATH))
    for at, node in enumerate(nodes):
        on_path[at, : len(node.columns)] = node.columns
        shares[at, : len(node.shares)] = node.shares
    count = np.array([len(node.columns) for node in nodes], np.int32)
    left = np.array([node.left for node in nodes], np.int32)
    size = np.where(left < 0, count.astype(np.int64) << count, 0)
    table_from = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
    value = np.array([node.value for node in nodes], np.float64)
    table = np.zeros(int(table_from[-1]))
    fill_tables(left, count, shares, value, _weights(), table_from, table)
    return Forest(
        np.array(tree_from, np.int32),
        left,
        np.array([node.right for node in nodes], np.int32),
        np.array([node.feature for node in nodes], np.int32),
        np.array([node.split for node in nodes], np.float32),
        np.array([node.missing_left for node in nodes], np.bool_),
        np.array([node.slot for node in nodes], np.int32),
        on_path,
        count,
        table_from,
        table,
    )


def _nodes(tree: dict[str, Any], first: int) -> list[_Node]:
    """The nodes that can be reached, level by level, numbered from `first`."""
    cover, split = tree["sum_hessian"], tree["split_conditions"]
    waiting: list[tuple[int, tuple[int, ...], tuple[float, ...]]] = [(0, (), ())]
    made: list[_Node] = []
    for at, columns, shares in waiting:
        left, right = tree["left_children"][at], tree["right_children"][at]
        if left < 0:
            made.append(_Node(-1, -1, 0, 0.0, False, 0, columns, shares, split[at]))
            continue
        column = tree["split_indices"][at]
        known = columns if column in columns else (*columns, column)
        slot = known.index(column)
        before = shares if column in columns else (*shares, 1.0)
        child = first + len(waiting)
        for below in (left, right):
            part = before[slot] * cover[below] / cover[at]
            waiting.append((below, known, (*before[:slot], part, *before[slot + 1 :])))
        to_left = bool(tree["default_left"][at])
        made.append(_Node(child, child + 1, column, split[at], to_left, slot, columns, shares, 0.0))
    return made


def _weights() -> NDArray[np.float64]:
    """[d, s]: how much a subset of s of the d - 1 other features counts."""
    made = np.zeros((MOST_ON_A_PATH + 1, MOST_ON_A_PATH + 1))
    for d in range(1, MOST_ON_A_PATH + 1):
        for s in range(d):
            made[d, s] = math.factorial(s) * math.factorial(d - s - 1) / math.factorial(d)
    return made


@njit(cache=True, nogil=True)
def fill_tables(  # noqa: PLR0913 - numba takes plain arrays
    left: NDArray[np.int32],
    count: NDArray[np.int32],
    shares: NDArray[np.float64],
    value: NDArray[np.float64],
    weights: NDArray[np.float64],
    table_from: NDArray[np.int64],
    table: NDArray[np.float64],
) -> None:
    """Write what every leaf adds to each feature of its path, for all that a row may agree with."""
    for leaf in range(len(left)):
        d = count[leaf]
        if left[leaf] >= 0:
            continue
        for agreed in range(1 << d):
            for own in range(d):
                total = 0.0
                for subset in range(1 << d):
                    if (subset >> own) & 1 or subset & ~agreed:
                        continue
                    share, size = 1.0, 0
                    for other in range(d):
                        if (subset >> other) & 1:
                            size += 1
                        elif other != own:
                            share *= shares[leaf, other]
                    total += weights[d, size] * share
                agrees = float((agreed >> own) & 1)
                at = table_from[leaf] + agreed * d + own
                table[at] = value[leaf] * total * (agrees - shares[leaf, own])


@njit(cache=True, nogil=True)
def contributions(forest: Forest, features: NDArray[np.float32]) -> NDArray[np.float64]:
    """(n, n_features): what each feature adds to the margin of each row."""
    left, right, slot, split = forest.left, forest.right, forest.slot, forest.split
    column, missing_left, count = forest.feature, forest.missing_left, forest.features_above
    on_path, table_from, table = forest.on_path, forest.table_from, forest.table
    tree_from = forest.tree_from
    told = np.zeros(features.shape)
    agreed = np.empty(len(left), np.int64)
    for tree in range(len(tree_from) - 1):
        for row in range(len(features)):
            agreed[tree_from[tree]] = -1
            for node in range(tree_from[tree], tree_from[tree + 1]):
                bits = agreed[node]
                if left[node] >= 0:
                    value = features[row, column[node]]
                    goes_left = value < split[node] or (np.isnan(value) and missing_left[node])
                    without = bits & ~(np.int64(1) << slot[node])
                    agreed[left[node]] = bits if goes_left else without
                    agreed[right[node]] = without if goes_left else bits
                    continue
                d = count[node]
                at = table_from[node] + (bits & ((np.int64(1) << d) - 1)) * d
                for own in range(d):
                    told[row, on_path[node, own]] += table[at + own]
    return told
