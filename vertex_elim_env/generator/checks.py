"""What a generator's attributes must be, each refused in a sentence."""

from __future__ import annotations

from numbers import Real

from vertex_elim_env.graph import is_count


def check_counts(what: str, minimum: int = 1, **counts: int) -> None:
    """Refuse counts that are no whole numbers of at least a minimum.

    Raises:
        ValueError: saying which.
    """
    for name, count in counts.items():
        if not is_count(count) or count < minimum:
            raise ValueError(
                f"{what} need {name} to be a whole number of at least {minimum}; got {count!r}"
            )


def check_share(what: str, **shares: float) -> None:
    """Refuse shares that are no numbers from 0 to 1.

    Raises:
        ValueError: saying which.
    """
    for name, share in shares.items():
        if not isinstance(share, Real) or not 0 <= share <= 1:
            raise ValueError(f"{what} need {name} to be a number from 0 to 1; got {share!r}")


def check_generator(candidate: object) -> None:
    """Refuse what lacks what a generator has.

    Raises:
        TypeError: saying what it must have.
    """
    if not hasattr(candidate, "sample") or not hasattr(candidate, "limits"):
        raise TypeError(f"a generator needs sample() and limits; got {candidate!r}")
