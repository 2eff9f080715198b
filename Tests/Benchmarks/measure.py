"""What the benchmarks share: where the program is, how commands are timed beside one another, and Markdown."""

import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
QUICK = "--quick" in sys.argv

# A benchmark that cannot run here ends with this status, and says why on stderr.
CANNOT_RUN = 77


def program():
    """The static build, which is made where it is missing; $WITHSECRETS_TEST_BINARY in its place."""
    path = os.environ.get("WITHSECRETS_TEST_BINARY") or REPOSITORY / ".build/dist/withsecrets"
    if not os.access(path, os.X_OK):
        subprocess.run([REPOSITORY / "install.sh", "--build-only"], check=True, stdout=sys.stderr)
    return str(path)


def peer(name):
    """The path of another program: from the peers' own environment, which `run` makes, or PATH."""
    folder = REPOSITORY / ".build/benchmark-peers/bin"
    return shutil.which(name, path=f"{folder}:{os.environ['PATH']}")


def peer_python(module):
    """The interpreter of the peers' environment, if it has this module."""
    python = REPOSITORY / ".build/benchmark-peers/bin/python"
    if python.exists() and subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode == 0:
        return str(python)
    return None


def once(command, environment, folder):
    """Seconds from the start of a command to its end."""
    nowhere = [(os.POSIX_SPAWN_OPEN, descriptor, os.devnull, os.O_RDWR, 0) for descriptor in (0, 1, 2)]
    os.chdir(folder)
    start = time.perf_counter()
    child = os.posix_spawn(command[0], command, environment, file_actions=nowhere)
    _, status = os.waitpid(child, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{' '.join(command)}: status {status}")
    return seconds


def medians(commands, environment, folder, rounds):
    """The median milliseconds of each command; they take turns, so that what else the machine does meets all alike."""
    times = [[] for _ in commands]
    for turn in range(rounds + rounds // 10 + 1):
        for index, command in enumerate(commands):
            seconds = once(command, environment, folder)
            if turn > rounds // 10:
                times[index].append(seconds * 1000)
    return [statistics.median(one) for one in times]


def table(head, rows):
    """A Markdown table; numbers to the right."""
    lines = ["| " + " | ".join(head) + " |"]
    lines.append("|" + "|".join(" --- " if isinstance(cell, str) else " ---: " for cell in rows[0]) + "|")
    for row in rows:
        cells = [cell if isinstance(cell, str) else f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in row]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)
