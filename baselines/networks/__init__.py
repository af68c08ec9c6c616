"""Networks over the graph of an observation, for graphs of every size; how they play."""

from baselines.networks.graph_network import GraphNetwork, Prediction
from baselines.networks.play import Best, Play
from baselines.networks.view import View, relabelled, view, view_of

__all__ = ["Best", "GraphNetwork", "Play", "Prediction", "View", "relabelled", "view", "view_of"]
