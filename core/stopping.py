"""Whether this worker was asked to stop: told to the parent process, known to all its children.

A worker's parent gets the SIGTERM of a deploy, while the work runs in the processes it forked. One
byte of memory that they share says it at once, so that long work ends after the batch in hand (J8).
"""

import mmap

_shared = mmap.mmap(-1, 1)  # anonymous and shared with everybody forked from here


def ask_to_stop() -> None:
    """Ask this process and its children to end after the work in hand."""
    _shared[0] = 1


def take_back() -> None:
    """A new worker starts with a clean byte."""
    _shared[0] = 0


def is_asked_to_stop() -> bool:
    """Whether somebody asked."""
    return _shared[0] == 1
