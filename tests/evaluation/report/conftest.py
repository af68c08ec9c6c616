"""The browser of the page tests: its look at a page, and its screenshots."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.test_page import BROWSERS, look

__all__ = ["look", "shoot"]

Shoot = Callable[..., NDArray[np.float32]]


@pytest.fixture(scope="module")
def shoot(tmp_path_factory: pytest.TempPathFactory) -> Shoot:
    """Return what a page looks like in a window, (height, width, 3), from 0 to 1."""
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        pytest.skip(f"no headless browser on the path; one of {', '.join(BROWSERS)}")
    image = pytest.importorskip("matplotlib.image")
    folder: Path = tmp_path_factory.mktemp("screenshots")

    def shoot_page(text: str, *, width: int, is_dark: bool) -> NDArray[np.float32]:
        page, picture = folder / "page.html", folder / "picture.png"
        page.write_text(text, encoding="utf-8")
        command = [
            *(browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
            *(
                f"--window-size={width},1400",
                f"--blink-settings=preferredColorScheme={1 - is_dark}",
            ),
            *(f"--user-data-dir={folder / 'profile'}", f"--screenshot={picture}", page.as_uri()),
        ]
        picture.unlink(missing_ok=True)
        result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert picture.exists(), result.stderr[-2_000:]
        return image.imread(picture)[..., :3]

    return shoot_page
