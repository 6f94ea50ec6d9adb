"""`mortality autopsy` and `mortality prune` on the command line."""

from __future__ import annotations

import signal
import sys

from . import _mortality


def main() -> int:
    """Runs the command line of `sys.argv` and returns its exit code."""
    # The native part answers to Ctrl-C, and to a reader that has gone, as any program does.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    return _mortality.main(["mortality", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
