"""Complex arithmetic on pairs of real arrays: graphs of real operations."""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp

Array = jax.Array


@dataclass(frozen=True)
class Complex:
    """A complex number.

    Attributes:
        re: real part.
        im: imaginary part.
    """

    re: Array
    im: Array

    def __add__(self, other: Complex) -> Complex:
        return Complex(self.re + other.re, self.im + other.im)

    def __sub__(self, other: Complex) -> Complex:
        return Complex(self.re - other.re, self.im - other.im)

    def __mul__(self, other: Complex) -> Complex:
        return Complex(
            self.re * other.re - self.im * other.im, self.re * other.im + self.im * other.re
        )

    def __truediv__(self, other: Complex) -> Complex:
        square = other.squared_modulus
        return Complex(
            (self.re * other.re + self.im * other.im) / square,
            (self.im * other.re - self.re * other.im) / square,
        )

    def plus(self, number: Array | float) -> Complex:
        """Return the sum with a real number."""
        return Complex(self.re + number, self.im)

    def times(self, number: Array | float) -> Complex:
        """Return the product with a real number."""
        return Complex(self.re * number, self.im * number)

    @property
    def squared_modulus(self) -> Array:
        """The square of the absolute value."""
        return self.re * self.re + self.im * self.im

    def exp(self) -> Complex:
        """Return the exponential."""
        modulus = jnp.exp(self.re)
        return Complex(modulus * jnp.cos(self.im), modulus * jnp.sin(self.im))

    def log(self) -> Complex:
        """Return the principal logarithm."""
        return Complex(0.5 * jnp.log(self.squared_modulus), jnp.arctan2(self.im, self.re))

    def sqrt(self) -> Complex:
        """Return the principal square root; the number must not be real."""
        modulus = jnp.sqrt(self.squared_modulus)
        re = jnp.sqrt(0.5 * (modulus + self.re))
        return Complex(re, 0.5 * self.im / re)
