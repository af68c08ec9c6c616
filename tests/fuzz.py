"""Random programs over all registered primitives, for minutes: ``python -m tests.fuzz --minutes 5``.

Each program is checked under two orders, one of them random: its Jacobian is JAX's own, its
accumulation multiplies as often as is counted. A failure is shrunk and printed as a script.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import hypothesis
import jax
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from tests.conformance.case import Case, NotFinite, check_orders
from tests.operations.catalogue import OPERATIONS
from tests.programs import FORMS, Program, programs, random_inputs, random_orders, script

TOLERANCES = {"float32": 1e-4, "float64": 1e-9}
"""Of a block's largest entry, or of one if that is less."""

PROGRAMS_A_BATCH = 20
SECONDS_BETWEEN_LINES = 5.0


@dataclass(frozen=True)
class Trial:
    """A program and how it is differentiated.

    Attributes:
        program: the program.
        seed: of its inputs and of its order.
        dtype: of its inputs.
        form: what is made of it first.
        sparse, unroll_scans: options of ``jacobian``.
    """

    program: Program
    seed: int
    dtype: str
    form: str = "plain"
    sparse: bool = False
    unroll_scans: int = 0

    def case(self, dtype: str) -> Case:
        """The program as a case of the conformance suite."""
        return Case(
            FORMS[self.form](self.program),
            random_inputs(self.program.shapes, self.seed, dtype, self.form),
            tuple(range(len(self.program.shapes))),
            jax.jacfwd if self.program.is_forward_only else jax.jacrev,
            TOLERANCES["float32" if self.program.is_single else dtype],
            floor=1.0,
            sparse=self.sparse,
            unroll_scans=self.unroll_scans,
        )

    def check(self) -> None:
        """Raise if a Jacobian or a count is wrong; what float64 clears was rounding."""
        try:
            self._check(self.dtype)
        except (AssertionError, NotFinite) as error:
            is_noise = self.dtype == "float32" and "counted" not in str(error)
            if not is_noise or isinstance(error, NotFinite):
                raise
            self._check("float64")

    def _check(self, dtype: str) -> None:
        with jax.enable_x64(dtype == "float64"):
            check_orders(self.case(dtype), partial(random_orders, self.seed))

    def can_jax(self) -> bool:
        """Whether JAX itself differentiates the program."""
        with jax.enable_x64(self.dtype == "float64"):
            case = self.case(self.dtype)
            try:
                jax.jit(case.reference(case.function, case.argnums))(*case.arguments)
            except Exception:  # whatever JAX raises, the program is none to compare by
                return False
        return True

    def script(self) -> str:
        """A script that shows how the program fails."""
        options = {"sparse": self.sparse, "unroll_scans": self.unroll_scans}
        return script(self.program, self.seed, self.dtype, self.form, options)


@st.composite
def trials(draw: st.DrawFn, max_steps: int, names: tuple[str, ...]) -> Trial:
    """Programs that JAX has a mode for, with inputs."""
    program = draw(programs(max_steps, names))
    hypothesis.assume(not (program.is_forward_only and program.is_reverse_only))
    dtype = draw(st.sampled_from(["float64", "float64", "float32"]))
    unroll_scans = draw(st.sampled_from([0, 2, 4])) if "scan" in program.source else 0
    sparse = draw(st.integers(0, 3)) == 3
    form = draw(st.sampled_from(["plain", "plain", *FORMS]))
    hypothesis.assume(not (program.is_forward_only and form == "gradient"))
    return Trial(program, draw(st.integers(0, 1000)), dtype, form, sparse, unroll_scans)


@dataclass
class Record:
    """What a run has seen."""

    started: float = field(default_factory=time.monotonic)
    checked: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    operations: Counter[str] = field(default_factory=Counter)
    last: Trial | None = None
    said: float = 0.0

    def check(self, trial: Trial) -> None:
        """Check a trial; reject it where JAX has nothing to compare it to."""
        self.last = trial
        try:
            trial.check()
        except NotFinite:
            self.rejected["not finite"] += 1
            hypothesis.reject()
        except Exception:
            if trial.can_jax():
                raise
            self.rejected["beyond JAX itself"] += 1
            hypothesis.reject()
        self.checked += 1
        self.operations.update({step.name for step in trial.program.steps})
        self.progress()

    def progress(self) -> None:
        """Print a line every few seconds."""
        if time.monotonic() - self.said > SECONDS_BETWEEN_LINES:
            self.said = time.monotonic()
            print(self, flush=True)

    def __str__(self) -> str:
        seconds = time.monotonic() - self.started
        rejected = ", ".join(f"{n} {why}" for why, n in self.rejected.items()) or "none"
        return (
            f"{seconds:6.0f} s: {self.checked} programs right, rejected: {rejected}; "
            f"{len(self.operations)} of {len(OPERATIONS)} operations"
        )


def run_batch(record: Record, seed: int, max_steps: int, names: tuple[str, ...]) -> None:
    """Check some programs; a failing one is shrunk, and is then the record's last."""

    @hypothesis.seed(seed)
    @settings(
        max_examples=PROGRAMS_A_BATCH,
        database=None,
        deadline=None,
        derandomize=False,
        print_blob=False,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @hypothesis.given(trials(max_steps, names))
    def run(trial: Trial) -> None:
        record.check(trial)

    run()


def report(trial: Trial, error: BaseException) -> None:
    """Print a failure as a script."""
    bar = "=" * 100
    message = f"{type(error).__name__}: {str(error)[:1500]}".strip().replace("\n", "\n# ")
    print(f"{bar}\n# {message}\n{trial.script()}{bar}", flush=True)


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0, help="how long (default 5)")
    parser.add_argument("--seed", type=int, default=None, help="default: from the clock")
    parser.add_argument("--steps", type=int, default=8, help="operations a program (default 8)")
    parser.add_argument("--only", nargs="*", choices=sorted(OPERATIONS), help="these operations")
    parser.add_argument("--keep-going", action="store_true", help="don't stop at a failure")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return 1 if a program failed, else 0."""
    options = parse(arguments)
    seed = int(time.time()) if options.seed is None else options.seed
    names = tuple(sorted(options.only or OPERATIONS))
    record, failures = Record(), 0
    print(f"seed {seed}", flush=True)
    try:
        while time.monotonic() - record.started < 60 * options.minutes:
            try:
                run_batch(record, seed, options.steps, names)
            except Exception as error:  # what a failing program raises can be anything
                failures += 1
                assert record.last is not None
                report(record.last, error)
                if not options.keep_going:
                    break
            seed += 1
    except KeyboardInterrupt:
        print("interrupted")
    print(record)
    missed = sorted(set(names) - set(record.operations))
    print(f"{failures} failures; operations not met: {', '.join(missed) or 'none'}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
