"""Interruption: Ctrl-C that waits until what is going on is finished."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def deferred_interruption() -> Iterator[threading.Event]:
    """Set the event at Ctrl-C instead of raising; a second Ctrl-C raises.

    Outside the main thread, where Python lets no one handle signals, the event is never set.
    """
    is_asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield is_asked
        return
    before = signal.getsignal(signal.SIGINT)

    def ask(number: int, frame: FrameType | None) -> None:
        is_asked.set()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, ask)
    try:
        yield is_asked
    finally:
        signal.signal(signal.SIGINT, before)
