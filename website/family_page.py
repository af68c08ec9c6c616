"""The page of the parametric families: functions of any size, and members with best known orders."""

from __future__ import annotations

from vertex_elim_env import instances
from vertex_elim_env.instances.catalogue import FAMILY_SIZES
from vertex_elim_env.tasks import families
from vertex_elim_env.tasks.families import Family
from website.page import Page, table
from website.task_pages import citations, code, cost_rows

INTRODUCTION = """# Families

The same mathematics at any size. A family makes a function, arguments and a graph of the sizes that it is given; others
take their default. The members in the tables are those of the benchmark, with costs in multiplications.

```python
import gymnasium as gym
from vertex_elim_env.tasks import families

graph = families.get("ThinFilm").graph(layers=4)
env = gym.make("VertexElimination-v0", graph=graph)
drawn = gym.make("VertexEliminationFamilies-v0")  # a new member every episode
```

"""
MEMBERS = ("member", "vertices", "forward", "reverse", "best known", "lower bound")
PARAMETERS = ("parameter", "meaning", "default", "least", "usually at most")


def family_page() -> Page:
    """Return the page of all families."""
    sections = [_section(families.get(name)) for name in families.names()]
    return Page("tasks/families.md", "Families", INTRODUCTION + "\n".join(sections))


def _section(family: Family) -> str:
    sizes = [
        (f"`{p.name}`", p.meaning, p.default, p.minimum, p.usual_maximum) for p in family.parameters
    ]
    return "\n".join(
        [
            f"## {family.name}\n",
            f"{family.description}\n",
            f"Field: {family.domain}.\n",
            table(PARAMETERS, sizes),
            table(MEMBERS, [_member(name) for name in members_of(family.name)]),
            f"### Function of {family.name}\n\n{code(family.builder)}",
            f"### Sources of {family.name}\n\n{citations(family.sources)}",
        ]
    )


def members_of(name: str) -> tuple[str, ...]:
    """Return the names of a family's members among the instances."""
    return instances.names(f"{name}/*") if name in FAMILY_SIZES else ()


def _member(name: str) -> tuple[object, ...]:
    graph = instances.get(name).graph
    costs = next(cost_rows(graph, ["multiplications"]))
    return f"`{name}`", graph.num_eliminable, *costs[1:5]
