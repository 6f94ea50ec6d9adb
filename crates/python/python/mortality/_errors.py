"""What can go wrong with what is read."""

from __future__ import annotations

from typing import Optional


class ReadError(ValueError):
    """A file, or what was handed over in its place, that cannot be read or compared.

    The message names the file and the tensor and says what would be right.

    Attributes:
        file: The file, or ``"checkpoint 3"`` for the fourth of a list; ``None`` if it is no one file's.
        tensor: The tensor's name, if it is one tensor's fault.
    """

    def __init__(self, message: str, file: Optional[str] = None, tensor: Optional[str] = None) -> None:
        super().__init__(message, file, tensor)
        self.file = file
        self.tensor = tensor

    def __str__(self) -> str:
        return str(self.args[0])


def tensor_error(file: str, tensor: str, problem: str) -> ReadError:
    """A `ReadError` in the words of the native part."""
    return ReadError(f"{file}: tensor `{tensor}`: {problem}", file, tensor)
