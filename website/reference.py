"""Pages of the reference: which modules it shows, and the directives that show them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from website.module_source import home_of, read_module
from website.page import Page


class Topic(NamedTuple):
    """A page of the reference: a title and the modules that it shows."""

    title: str
    modules: tuple[str, ...]


def _own(module: str) -> Topic:
    return Topic(module, (f"vertex_elim_env.{module}",))


TOPICS: Mapping[str, tuple[Topic, ...]] = MappingProxyType(
    {
        "Functions and graphs": (
            Topic("vertex_elim_env", ("vertex_elim_env",)),
            *map(_own, ("graph", "structure", "tracing", "errors")),
        ),
        "Orders and Jacobians": tuple(map(_own, ("ordering", "bounds", "engine", "executor"))),
        "Environment": tuple(
            map(
                _own,
                (
                    "env",
                    "vector_env",
                    "functional",
                    "observation",
                    "reward",
                    "generator",
                    "wrappers",
                    "render",
                    "testing",
                ),
            )
        ),
        "Tasks": tuple(map(_own, ("tasks", "tasks.families", "tasks.best_known", "instances"))),
        "Solvers": (
            Topic("protocol", ("baselines.solver",)),
            Topic("registry", ("baselines.registry", "baselines.variants")),
            Topic(
                "heuristics",
                tuple(f"baselines.heuristics.{m}" for m in ("static", "dynamic", "portfolio")),
            ),
            Topic(
                "search",
                tuple(
                    f"baselines.search.{m}"
                    for m in (
                        "annealing",
                        "beam",
                        "lookahead",
                        "large_neighbourhood",
                        "random_orders",
                    )
                ),
            ),
            Topic("exact", ("baselines.exact.solver", "baselines.exact.milp")),
            Topic("networks", ("baselines.networks", "baselines.networks.checkpoint")),
            Topic(
                "ppo",
                tuple(
                    f"baselines.ppo.{m}"
                    for m in ("solver", "annealed", "generalist", "config", "trainer")
                ),
            ),
            Topic(
                "alphazero",
                tuple(f"baselines.alphazero.{m}" for m in ("solver", "config", "trainer")),
            ),
            Topic("sb3", tuple(f"baselines.sb3.{m}" for m in ("solver", "config", "trainer"))),
        ),
        "Training": (
            Topic("options", ("training.options", "training.presets")),
            Topic("runs", ("training.run", "training.agent", "training.curriculum")),
        ),
    }
)
"""Topics by section, in the order of the navigation."""


def reference_pages() -> Mapping[str, tuple[Page, ...]]:
    """Return the reference's pages by section; every definition stands on the first that names it."""
    shown: set[str] = set()
    return {
        section: tuple(_page(topic, shown) for topic in topics)
        for section, topics in TOPICS.items()
    }


def _page(topic: Topic, shown: set[str]) -> Page:
    path = f"reference/{topic.modules[0]}.md"
    if len(topic.modules) == 1:
        return Page(path, topic.title, "\n".join(_module(topic.modules[0], 1, shown)))
    parts = [part for module in topic.modules for part in _module(module, 2, shown)]
    return Page(path, topic.title, "\n".join([f"# {topic.title}\n", *parts]))


def _module(module: str, level: int, shown: set[str]) -> Iterator[str]:
    source = read_module(module)
    if source is None:
        raise ValueError(f"the reference names {module}, and there is no such module; see TOPICS")
    yield _directive(module, level, "show_root_full_path: true", "members: false")
    elsewhere = []
    for name in source.public_names:
        home = home_of(module, name)
        if home in shown or read_module(home):
            elsewhere.append(f"[`{name}`][{home}]")
        else:
            shown.add(home)
            yield f'<a id="{module}.{name}"></a>\n' if home != f"{module}.{name}" else ""
            yield _directive(home, level + 1)
    if elsewhere:
        yield f"Also here: {', '.join(elsewhere)}.\n"


def _directive(identifier: str, level: int, *options: str) -> str:
    lines = "".join(f"      {option}\n" for option in (f"heading_level: {level}", *options))
    return f"::: {identifier}\n    options:\n{lines}"
