"""Settings of the tests that train."""

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def whole_rows() -> Iterator[None]:
    """Networks run on all rows, so that one program is compiled instead of several."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("baselines.networks.rows.FRACTIONS", (1.0,))
        yield
