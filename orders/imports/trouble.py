"""What can be wrong with a file, in words for the person who brought it."""

SIBLING = "Line {line} of this order could not be read, so the order was left out whole."


class BadValue(ValueError):
    """A cell that cannot be read. Its message is the reason in the rejects file."""


class UnknownFile(Exception):
    """The file as a whole is not what its format says. Its message tells what to do."""


class BadLine(Exception):
    """A line that spoils its order: half an order would be a wrong one."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason
