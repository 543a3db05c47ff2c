"""Reading ahead: the next batch is parsed while the database works on the last."""

import queue
import sys
import threading
from collections.abc import Iterator
from typing import Any

BATCHES_AHEAD = 2
# How long Python lets the reading go on before the writer, back from the database, gets its turn: at
# the usual 5 ms it would wait longer than the database takes for most statements.
TURN_SECONDS = 0.0005
END = object()


def ahead(batches: Iterator[Any]) -> Iterator[Any]:
    """The same batches, made by a thread of their own, at most two ahead.

    An error in the reader is raised here, where the batch would have come.
    """
    waiting: queue.Queue[Any] = queue.Queue(BATCHES_AHEAD)
    stop = threading.Event()

    def put(item: Any) -> bool:
        while not stop.is_set():
            try:
                waiting.put(item, timeout=0.2)
            except queue.Full:
                continue
            return True
        return False

    def read() -> None:
        try:
            for batch in batches:
                if not put(batch):
                    return
            put(END)
        except BaseException as error:  # it belongs to whoever waits for the batch
            put(error)

    reader = threading.Thread(target=read, name="import-reader", daemon=True)
    usual = sys.getswitchinterval()
    sys.setswitchinterval(min(usual, TURN_SECONDS))
    reader.start()
    try:
        while (batch := waiting.get()) is not END:
            if isinstance(batch, BaseException):
                raise batch
            yield batch
    finally:
        stop.set()
        reader.join()
        sys.setswitchinterval(usual)
