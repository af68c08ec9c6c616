"""What is known of a Jacobian before any number is computed: structures, their products and sums."""

from vertex_elim_env.structure.embedding import Embedding, plan_embedding
from vertex_elim_env.structure.index import IndexMap, IndexSet
from vertex_elim_env.structure.jacobian import (
    Free,
    JacobianStructure,
    Link,
    build,
    dense,
    identity,
    must_build,
)
from vertex_elim_env.structure.product import Operand, ProductPlan, plan_product
from vertex_elim_env.structure.sum import SumPlan, plan_sum
from vertex_elim_env.structure.support import entry_places, support

__all__ = [
    "Embedding",
    "Free",
    "IndexMap",
    "IndexSet",
    "JacobianStructure",
    "Link",
    "Operand",
    "ProductPlan",
    "SumPlan",
    "build",
    "dense",
    "entry_places",
    "identity",
    "must_build",
    "plan_embedding",
    "plan_product",
    "plan_sum",
    "support",
]
