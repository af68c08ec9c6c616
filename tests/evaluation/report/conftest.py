"""The browser of the page tests."""

from tests.test_page import look

__all__ = ["look"]
