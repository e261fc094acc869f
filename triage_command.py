"""Where the command ``triage`` begins, outside the package: Ctrl-C is quiet also while that is loaded."""

import gc
import sys

_STOPPED = 130


def main() -> None:
    """Load the command line and run it."""
    gc.disable()  # while modules are loaded, which all stay
    try:
        from triage.cli import main as run
    except KeyboardInterrupt:
        sys.exit(_STOPPED)
    gc.enable()
    run()
