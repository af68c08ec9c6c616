"""Variants: options as words behind a solver's name, as ``ppo:no-messages`` or ``annealing:moves=1000``.

So an experiment with a solver has a name, which is a key of records and a word of command lines. A word is
a preset of the solver's configuration, or sets one field of the solver or of that configuration.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

CONFIG = "config"
"""The field that holds a solver's configuration, where it has one."""


def split_name(spec: str) -> tuple[str, tuple[str, ...]]:
    """Return a solver's name and the words behind it.

    >>> split_name("ppo:three-rounds,width=16")
    ('ppo', ('three-rounds', 'width=16'))
    """
    name, _, words = spec.partition(":")
    return name, tuple(words.split(",")) if words else ()


def options_of(kind: type, words: Sequence[str]) -> dict[str, Any]:
    """Return the arguments that words ask a solver's constructor for.

    Args:
        kind: the solver's class, a dataclass; its ``presets``, if there are any, are configurations by
            name.
        words: presets, and ``field=value``; tuples are joined by "+".

    Raises:
        ValueError: for a word that is neither, or a value of another type.
    """
    if not words:
        return {}
    usual = kind()
    config = getattr(usual, CONFIG, None)
    presets = getattr(kind, "presets", {})
    own = _names(usual) - {CONFIG}
    options: dict[str, Any] = {}
    for word in words:
        field, sign, text = word.partition("=")
        if not sign and word in presets:
            config = presets[word]
        elif sign and field in own:
            options[field] = _value(word, getattr(usual, field), text)
        elif sign and field in _names(config):
            config = replace(config, **{field: _value(word, getattr(config, field), text)})
        else:
            known = ", ".join((*presets, *(f"{name}=" for name in sorted(own | _names(config)))))
            raise ValueError(f"{kind.__name__} has no option {word!r}, expected one of {known}")
    return options if config is None else {**options, CONFIG: config}


def _names(instance: Any) -> set[str]:
    return {field.name for field in fields(instance)} if is_dataclass(instance) else set()


def _value(word: str, like: Any, text: str) -> Any:
    """Read a value of the type of another."""
    if isinstance(like, bool):
        if text not in ("true", "false"):
            raise ValueError(f"{word!r} must be true or false")
        return text == "true"
    if isinstance(like, tuple):
        return tuple(text.split("+"))
    if like is None or isinstance(like, Path):
        return Path(text)
    try:
        return type(like)(text)
    except ValueError:
        raise ValueError(f"{word!r} must have a value like {like!r}") from None
