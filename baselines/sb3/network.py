"""TorchGraphNetwork: the graph network in torch, weight for weight, so that both predict the same.

Weights go from one to the other by name; what Stable-Baselines3 trains is then saved, decoded and
evaluated like every other agent's network.
"""

from __future__ import annotations

import jax
import numpy as np
import torch
from torch import Tensor, nn

from baselines.networks import GraphNetwork
from vertex_elim_env.observation import STRUCTURE_FEATURES, VERTEX_FEATURES, structure_table

_EPSILON = 1e-5
_KINDS = [VERTEX_FEATURES.index(name) for name in ("is_eliminable", "is_input", "is_output")]
_IS_ELIMINATED = VERTEX_FEATURES.index("is_eliminated")


class _Dense(nn.Module):
    """A linear map of the last axis, its weight (in, out) as in JAX."""

    def __init__(self, num_in: int, num_out: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(num_in, num_out))
        self.bias = nn.Parameter(torch.zeros(num_out))

    def forward(self, x: Tensor) -> Tensor:
        return x @ self.weight + self.bias


class _Messages(nn.Module):
    """One round: every vertex hears from its predecessors, its successors, and the whole graph."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.enter = _Dense(3 * width, width)
        self.enter_all = _Dense(width, width)
        self.send = _Dense(width, width)
        self.leave = _Dense(width, width)

    def forward(self, h: Tensor, edges: tuple[Tensor, ...], present: Tensor) -> Tensor:
        into, out, into_weighted, out_weighted = edges
        own = _normalised(h)
        plain, weighted = self.send(own).chunk(2, dim=-1)
        heard = [into @ plain, into_weighted @ weighted, out @ plain, out_weighted @ weighted]
        whole = self.enter_all(_mean(own, present)).unsqueeze(1)
        return h + self.leave(torch.relu(self.enter(torch.cat([own, *heard], dim=-1)) + whole))


class TorchGraphNetwork(nn.Module):
    """A score for every action and the value of B states; see :class:`baselines.networks.GraphNetwork`."""

    _log_weights: Tensor

    def __init__(self, *, width: int, num_rounds: int) -> None:
        super().__init__()
        self.embed = _Dense(len(VERTEX_FEATURES), width)
        self.rounds = nn.ModuleList(_Messages(width) for _ in range(num_rounds))
        self.score = nn.ModuleList([_Dense(width, width), _Dense(width, 1)])
        self.value = nn.ModuleList([_Dense(2 * width, width), _Dense(width, 1)])
        log_weights = structure_table()[:, STRUCTURE_FEATURES.index("log_weight")] / np.log(2.0)
        table = torch.as_tensor(log_weights, dtype=torch.float32)
        self.register_buffer("_log_weights", table, persistent=False)

    def forward(self, features: Tensor, classes: Tensor) -> tuple[Tensor, Tensor]:
        """Return scores (B, V) and values (B,).

        Args:
            features: of the vertices, float32 (B, V, 12).
            classes: of the edges, 0 for none, (B, V, V), of any type.
        """
        edges = self._edges(classes.long())
        present = (features[..., _KINDS] > 0).any(-1) & (features[..., _IS_ELIMINATED] == 0)
        h = self.embed(features)
        for messages in self.rounds:
            h = messages(h, edges, present)
        h = _normalised(h)
        scores = self.score[1](torch.relu(self.score[0](h))).squeeze(-1)
        lowest = torch.finfo(h.dtype).min
        largest = h.masked_fill(~present.unsqueeze(-1), lowest).amax(dim=1)
        pooled = torch.cat([_mean(h, present), largest], dim=-1)
        return scores, self.value[1](torch.relu(self.value[0](pooled))).squeeze(-1)

    def _edges(self, classes: Tensor) -> tuple[Tensor, ...]:
        weights = self._log_weights[classes]
        is_edge = (classes > 0).float()
        is_edge_back = is_edge.transpose(1, 2)
        out = is_edge / is_edge.sum(-1, keepdim=True).clamp(min=1.0)
        into = is_edge_back / is_edge_back.sum(-1, keepdim=True).clamp(min=1.0)
        return into, out, into * weights.transpose(1, 2), out * weights


def _normalised(h: Tensor) -> Tensor:
    centred = h - h.mean(-1, keepdim=True)
    return centred * torch.rsqrt(centred.square().mean(-1, keepdim=True) + _EPSILON)


def _mean(h: Tensor, present: Tensor) -> Tensor:
    count = present.sum(1, keepdim=True).clamp(min=1)
    return (h * present.unsqueeze(-1)).sum(1) / count


def _names(network: GraphNetwork) -> list[str]:
    """The names that torch has for the leaves of a network."""
    paths, _ = jax.tree_util.tree_flatten_with_path(network)
    return [jax.tree_util.keystr(path, simple=True, separator=".") for path, _ in paths]


def to_torch(weights: GraphNetwork) -> dict[str, Tensor]:
    """Return weights, or anything of their form, by torch's names."""
    leaves = jax.tree.leaves(weights)
    names = _names(weights)
    return {name: torch.tensor(np.asarray(x)) for name, x in zip(names, leaves, strict=True)}


def from_torch(tensors: dict[str, Tensor], like: GraphNetwork) -> GraphNetwork:
    """Return the network of which :func:`to_torch` made these."""
    arrays = [tensors[name].detach().cpu().numpy().copy() for name in _names(like)]
    return jax.tree.unflatten(jax.tree.structure(like), [jax.numpy.asarray(a) for a in arrays])
