"""Files that strangers made are read in a process of its own: little memory, little time, none of our secrets.

A parser that is made to hang, to ask for all memory or to crash takes that process with it and nothing else; the person
gets a sentence. What a reader returns travels as JSON, so nothing that a parser was talked into is run here.
"""

import json
import os
import resource
import subprocess
import sys
from importlib import import_module
from typing import Any

MOST_MEMORY = 768 * 1024 * 1024
MOST_CPU = 8  # seconds: fifty thousand rows take three
MOST_WAIT = 30  # of the clock, for a machine that is busy


class Said(ValueError):
    """Why a file is not read, as a sentence for the person who chose it."""


class Broke(Exception):
    """The reader gave no answer: it crashed, or asked for too much memory or time."""


def read_apart(reader: str, content: bytes) -> Any:
    """What the function `module:name` makes of the bytes. Raises Said or Broke."""
    environ = {"PYTHONPATH": os.pathsep.join(sys.path), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "xiaoan.kernel.apart", reader], input=content, env=environ, timeout=MOST_WAIT,
            capture_output=True, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Broke from None
    if done.returncode:
        raise Broke
    told = json.loads(done.stdout)
    if "said" in told:
        raise Said(told["said"])
    return told["read"]


def main() -> None:
    """The other side."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU, MOST_CPU + 1))
    module, _, name = sys.argv[1].partition(":")
    # By its own name: started as __main__, this module's Said is another class than the one that readers raise.
    said = import_module("xiaoan.kernel.apart").Said
    try:
        told = {"read": getattr(import_module(module), name)(sys.stdin.buffer.read())}
    except said as why:
        told = {"said": str(why)}
    sys.stdout.buffer.write(json.dumps(told).encode())


if __name__ == "__main__":
    main()
