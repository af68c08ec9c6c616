"""Families: their mathematics, their Jacobians, and how their graphs grow."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vertex_elim_env as ve
from vertex_elim_env.errors import UnknownTaskError
from vertex_elim_env.generator import Limits
from vertex_elim_env.tasks import families
from vertex_elim_env.tasks.families.dynamics import runge_kutta_step
from vertex_elim_env.tasks.families.robot_arm import LINKS

ROOT = Path(__file__).parents[2]
SMALL = {
    "MLP": dict(layers=2, width=3, features=2, classes=3),
    "RNN": dict(steps=2, width=3, features=2),
    "LSTM": dict(steps=1, width=3, features=2),
    "Lorenz96": dict(variables=5, steps=1),
    "NBody": dict(bodies=3, dimensions=2),
    "NBody_scalar": dict(bodies=3, dimensions=2),
    "ThinFilm": dict(layers=3),
    "RobotArm": dict(joints=3),
}
"""Parameters for families whose smallest member says little."""

GROWTH = {
    "MLP": ("layers", 1),
    "RNN": ("steps", 1),
    "LSTM": ("steps", 1),
    "VanDerPol": ("steps", 1),
    "Lorenz": ("steps", 1),
    "Lorenz96": ("steps", 1),
    "Lorenz96_scalar": ("variables", 1),
    "NBody_scalar": ("bodies", 2),
    "ThinFilm": ("layers", 1),
    "Heat": ("steps", 1),
    "Heat_scalar": ("size", 1),
    "Burgers": ("dimensions", 1),
    "Burgers_scalar": ("steps", 1),
    "RoeFlux": ("dimensions", 1),
}
"""A parameter in which the number of eliminable vertices is a polynomial, and of which degree."""


def small(name: str) -> dict[str, int]:
    smallest = {p.name: p.minimum for p in families.get(name).parameters}
    return SMALL.get(name, smallest)


def evaluate(name: str, **parameters: int) -> Any:
    family = families.get(name)
    return family.function(**parameters)(*family.example_args(**parameters))


@pytest.mark.parametrize("name", families.names())
def test_the_jacobian_is_that_of_jax(name: str) -> None:
    family, sizes = families.get(name), small(name)
    arguments, function = family.example_args(**sizes), family.function(**sizes)
    graph = family.graph(**sizes)
    order = np.random.default_rng(0).permutation(graph.num_eliminable).tolist()
    argnums = tuple(range(len(arguments)))
    expected = jax.jit(jax.jacrev(function, argnums))(*arguments)
    actual = jax.jit(ve.jacobian(function, argnums, order=order))(*arguments)
    assert jax.tree.structure(actual) == jax.tree.structure(expected)
    for ours, theirs in zip(jax.tree.leaves(actual), jax.tree.leaves(expected), strict=True):
        assert np.isfinite(theirs).all()
        scale = max(1.0, float(np.abs(theirs).max()))
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5 * scale)


@settings(max_examples=30)
@given(st.sampled_from(families.names()), st.data())
def test_a_larger_parameter_never_makes_a_smaller_graph(name: str, data: st.DataObject) -> None:
    """So the member with the largest parameters limits all of a range."""
    family = families.get(name)
    values = {
        p.name: data.draw(st.integers(p.minimum, min(p.usual_maximum, p.minimum + 4)), p.name)
        for p in family.parameters
    }
    grown = data.draw(st.sampled_from(family.parameters))
    value = values[grown.name]
    if value < (grown.maximum or value + 1):
        larger = Limits.of(family.graph(**{**values, grown.name: value + 1}))
        assert larger.admits(family.graph(**values))


@pytest.mark.parametrize("name", GROWTH)
def test_the_number_of_vertices_grows_as_the_mathematics_says(name: str) -> None:
    (parameter, degree), family = GROWTH[name], families.get(name)
    maximum = next(p.maximum for p in family.parameters if p.name == parameter)
    start = small(name)[parameter]
    values = range(start, min(start + 4, (maximum or start + 4) + 1))
    graphs = [family.graph(**{**small(name), parameter: value}) for value in values]
    numbers = [graph.num_eliminable for graph in graphs]
    assert np.ptp(np.diff(numbers, degree)) == 0
    assert np.diff(numbers, degree)[0] > 0


@pytest.mark.parametrize("name", families.names())
def test_a_family_says_what_it_is(name: str) -> None:
    family = families.get(name)
    assert family.name == name
    assert family.description.endswith(".")
    assert family.sources
    for p in family.parameters:
        assert 1 <= p.minimum <= p.default <= p.usual_maximum <= (p.maximum or p.usual_maximum)
        assert p.meaning
    largest = {p.name: p.usual_maximum for p in family.parameters}
    assert 1 <= family.graph().num_eliminable <= family.graph(**largest).num_eliminable <= 1500


def test_a_graph_is_traced_once() -> None:
    family = families.get("VanDerPol")
    assert family.graph(steps=3) is family.graph(steps=3)
    assert family.graph() is family.graph(steps=2)


def test_wrong_names_and_parameters_are_refused_in_a_sentence() -> None:
    with pytest.raises(UnknownTaskError, match="did you mean RoeFlux"):
        families.get("Roeflux")
    with pytest.raises(UnknownTaskError, match="families are RobotArm"):
        families.get("xyz")
    with pytest.raises(TypeError, match="its parameters are: steps, width, features"):
        families.get("RNN").graph(depth=2)
    for wrong in (0, 2.5, True, "3"):
        with pytest.raises(ValueError, match=r"steps of RNN must be a whole number from 1 on; got"):
            families.get("RNN").graph(steps=wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"dimensions of RoeFlux .* from 1 to 3; got 4"):
        families.get("RoeFlux").function(dimensions=4)


def test_looking_at_families_needs_no_jax_and_graphs_name_the_extra() -> None:
    code = """
import sys
sys.modules["jax"] = None
from vertex_elim_env.generator import FamilyGenerator
from vertex_elim_env.tasks import families
print([families.get(name) for name in families.names()], FamilyGenerator("LSTM"))
for use in (families.get("LSTM").graph, families.get("LSTM").function):
    try:
        use()
    except ImportError as error:
        print(error)
"""
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("pip install 'vertex-elim-env[jax]'") == 2


def test_the_arm_s_hand_is_where_the_homogeneous_matrices_put_it() -> None:
    """The product of 4 x 4 matrices that Craig's chapter 3 multiplies, the twist after the joint."""
    for joints in (2, 6, 8):
        (*angles,) = families.get("RobotArm").example_args(joints=joints)
        pose = np.eye(4)
        for joint, angle in enumerate(angles):
            link = LINKS[joint % len(LINKS)]
            twist = link.quarter_turns * np.pi / 2
            c, s, ct, st_ = np.cos(angle), np.sin(angle), np.cos(twist), np.sin(twist)
            pose = pose @ [
                [c, -s * ct, s * st_, link.length * c],
                [s, c * ct, -c * st_, link.length * s],
                [0.0, st_, ct, link.offset],
                [0.0, 0.0, 0.0, 1.0],
            ]
        expected = [*pose[:3, 3], *pose[:3, 2]]
        np.testing.assert_allclose(evaluate("RobotArm", joints=joints), expected, atol=1e-5)


def test_roe_s_flux_of_equal_states_is_the_physical_flux() -> None:
    density, momentum, energy = 1.2, np.array([0.5, 0.2, -0.3]), 3.0
    state = np.float32([density, *momentum, energy])
    velocity = momentum / density
    pressure = 0.4 * (energy - 0.5 * momentum @ velocity)
    expected = [momentum[0], *(momentum * velocity[0]), velocity[0] * (energy + pressure)]
    expected[1] += pressure
    flux = families.get("RoeFlux").function(dimensions=3)
    np.testing.assert_allclose(flux(*state, *state), expected, rtol=1e-5)


def test_roe_s_flux_takes_a_supersonic_flow_from_its_left() -> None:
    """All waves run to the right, so the dissipation makes up the jump of the fluxes exactly."""
    flux = families.get("RoeFlux").function(dimensions=2)
    left, right = np.float32([1.0, 3.0, 0.2, 6.0]), np.float32([0.8, 2.6, -0.1, 5.5])
    np.testing.assert_allclose(flux(*left, *right), flux(*left, *left), rtol=1e-5)


def test_flow_along_one_axis_is_the_same_in_any_number_of_dimensions() -> None:
    one = families.get("RoeFlux").function(dimensions=1)(*np.float32([1.2, 0.5, 2.9, 0.9, 0.3, 2]))
    two = families.get("RoeFlux").function(dimensions=2)(
        *np.float32([1.2, 0.5, 0.0, 2.9, 0.9, 0.3, 0.0, 2])
    )
    np.testing.assert_allclose([two[0], two[1], two[3]], one, rtol=1e-6)


def test_a_runge_kutta_step_is_of_order_four() -> None:
    (grown,) = runge_kutta_step(lambda state: state, (jax.numpy.float32(1.0),), 0.5)
    np.testing.assert_allclose(grown, 1 + 0.5 + 0.5**2 / 2 + 0.5**3 / 6 + 0.5**4 / 24, rtol=1e-6)


def test_an_undamped_oscillator_swings_and_a_fixed_point_stays() -> None:
    place, speed = families.get("VanDerPol").function(steps=10)(*np.float32([1.0, 0.0, 0.0]))
    np.testing.assert_allclose([place, speed], [np.cos(0.5), -np.sin(0.5)], atol=1e-5)
    root = np.sqrt(8 / 3 * 27)
    fixed = np.float32([root, root, 27.0])
    after = families.get("Lorenz").function(steps=3)(*fixed, *np.float32([10.0, 28.0, 8 / 3]))
    np.testing.assert_allclose(after, fixed, rtol=1e-4)
    rest = families.get("Lorenz96").function(variables=6, steps=3)(np.full(6, 8.0, np.float32))
    np.testing.assert_allclose(rest, np.full(6, 8.0), rtol=1e-5)


@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("Lorenz96", dict(variables=6, steps=2)),
        ("NBody", dict(bodies=4, dimensions=3)),
        ("Heat", dict(dimensions=2, size=3, steps=2)),
        ("Burgers", dict(dimensions=2, size=4, steps=2)),
    ],
)
def test_arrays_and_scalars_compute_the_same(name: str, sizes: dict[str, int]) -> None:
    whole, parts = evaluate(name, **sizes), evaluate(f"{name}_scalar", **sizes)
    np.testing.assert_allclose(np.ravel(whole), parts, rtol=1e-4, atol=1e-5)


def test_forces_of_bodies_balance() -> None:
    family, sizes = families.get("NBody"), dict(bodies=5, dimensions=3)
    _, masses = family.example_args(**sizes)
    total = np.einsum("b,bd->d", masses, evaluate("NBody", **sizes))
    np.testing.assert_allclose(total, 0.0, atol=1e-3)


def test_heat_and_momentum_are_conserved() -> None:
    for name in ("Heat", "Burgers"):
        sizes = dict(dimensions=1, size=9, steps=5)
        field, _ = families.get(name).example_args(**sizes)
        np.testing.assert_allclose(evaluate(name, **sizes).sum(), field.sum(), rtol=1e-5)


def test_films_reflect_what_complex_matrices_say() -> None:
    sizes = dict(layers=5)
    *films, wavelength = families.get("ThinFilm").example_args(**sizes)
    stack = np.eye(2, dtype=complex)
    for index, thickness in zip(films[::2], films[1::2], strict=True):
        phase = 2 * np.pi * index * thickness / wavelength
        c, s = np.cos(phase), np.sin(phase)
        stack = stack @ [[c, 1j * s / index], [1j * index * s, c]]
    b, c = stack @ [1.0, 1.52]
    expected = abs((b - c) / (b + c)) ** 2
    np.testing.assert_allclose(evaluate("ThinFilm", **sizes), expected, rtol=1e-4)


def test_a_memory_that_keeps_everything_keeps_its_cell() -> None:
    """Forget gate 1, input gate 0: the cell stays; output gate 1: the state is its tanh."""
    family, sizes = families.get("LSTM"), dict(steps=3, width=2, features=2)
    arguments = [np.zeros_like(a) for a in family.example_args(**sizes)]
    arguments[1] = np.float32([0.3, -0.8])
    for gate, drive in enumerate((-50.0, 50.0, 50.0, 0.0)):
        arguments[2 + 3 + 3 * gate + 2] += np.float32(drive)
    state, cell = family.function(**sizes)(*arguments)
    np.testing.assert_allclose(cell, arguments[1], rtol=1e-6)
    np.testing.assert_allclose(state, np.tanh(cell), rtol=1e-6)
