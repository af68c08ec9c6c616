"""The package's own error classes, each also the built-in class a user would expect."""

from __future__ import annotations

import importlib
from types import ModuleType


class VertexEliminationError(Exception):
    """Base class of the package's own errors."""


class GraphError(VertexEliminationError, ValueError):
    """A computational graph, or its JSON, is not valid."""


class OrderError(VertexEliminationError, ValueError):
    """An elimination order, or its JSON, is not valid for its graph."""


class UnknownTaskError(VertexEliminationError, ValueError):
    """No task bears the given name."""


class TraceError(VertexEliminationError, TypeError):
    """A function can't be traced to a computational graph."""


class MissingExtraError(VertexEliminationError, ImportError):
    """A feature needs packages of an extra that is not installed."""


def require(module: str, *, extra: str) -> ModuleType:
    """Import a module that an extra provides.

    Raises:
        MissingExtraError: naming the extra, if the module is not installed, and the cause, if it
            is installed but does not load.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        absent = isinstance(error, ModuleNotFoundError) and error.name == module.split(".")[0]
        state = "is not installed" if absent else f"does not load ({error})"
        raise MissingExtraError(
            f"this needs {module}, which {state}: pip install 'vertex-elim-env[{extra}]'"
        ) from error
