"""The native part."""

from collections.abc import Iterator
from typing import Any, Optional

VERSION: str

def main(words: list[str]) -> int: ...
def autopsy_files(
    paths: list[str], steps: Optional[list[int]], switches: list[str]
) -> tuple[str, str]: ...
def autopsy_arrays(
    checkpoints: Iterator[Any], labels: list[str], steps: Optional[list[int]], switches: list[str]
) -> tuple[str, str]: ...
def prune(
    checkpoint: str, using: list[str], out: str, dead: Optional[str], switches: list[str]
) -> str: ...
