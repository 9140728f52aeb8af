"""The console script `xiaoan`: each command is a Django management command of the same name."""

import os
import sys


def main() -> None:
    """Run `xiaoan COMMAND …`; without one, list the commands."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoan.site.settings")
    from django.core.management import execute_from_command_line

    from xiaoan.kernel.wall import open_process

    open_process()  # a command does the system's work; the web server that `serve` starts closes itself again

    execute_from_command_line(["xiaoan", *(sys.argv[1:] or ["help"])])
