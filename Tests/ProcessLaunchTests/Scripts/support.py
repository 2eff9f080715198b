"""What the scripts share: a terminal with a program on it, conditions to wait for, and the list of tests of a script.

Each script is run with the path of a driver (ProcessDriver, or any program with its options) and the name of one of its
tests; with `--list` it prints their names. It ends with 0, or with 1 and the reason on stdout.
"""

import errno
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import traceback

DRIVER = sys.argv[1] if len(sys.argv) > 1 else ""
TESTS = {}


def test(function):
    TESTS[function.__name__] = function
    return function


def main():
    if sys.argv[1:2] == ["--list"]:
        print("\n".join(TESTS))
        return
    # The mask and dispositions of the test runner are none of the tests' business, nor is Python's Ctrl-C.
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    for number in (signal.SIGINT, signal.SIGPIPE, signal.SIGCHLD, signal.SIGHUP, signal.SIGTTOU):
        signal.signal(number, signal.SIG_DFL)
    names = sys.argv[2:] or list(TESTS)
    for name in names:
        try:
            TESTS[name]()
        except Exception:
            traceback.print_exc(file=sys.stdout)
            print("failed:", name)
            sys.exit(1)
        if len(names) > 1:
            print("passed:", name, flush=True)


def wait_until(condition, timeout=60, what="condition"):
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(0.005)
    raise AssertionError("not within %d s: %s" % (timeout, what))


def state_of(pid):
    """The state letter of /proc/PID/stat, or None where the process is gone."""
    try:
        with open("/proc/%d/stat" % pid) as file:
            return file.read().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return None


def children_of(pid):
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open("/proc/%s/stat" % name) as file:
                if int(file.read().rpartition(")")[2].split()[1]) == pid:
                    found.append(int(name))
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found


def quoted(words):
    return " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)


def driver(*words):
    """The command line that runs `words` under the driver."""
    return [DRIVER, "--", *words]


class Terminal:
    """A program that leads a session on a new terminal, and what it wrote there so far."""

    def __init__(self, words, size=(24, 80), env=None, stdout=None, stderr=None, stdin=None):
        self.master, slave = os.openpty()
        self.resize(*size)
        self.initial_settings = self.settings()
        self.text = ""
        self.status = None
        environment = dict(os.environ, TERM="xterm", PS1="prompt> ", HISTFILE="", **(env or {}))
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.setsid()
                fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
                os.dup2(slave if stdin is None else stdin, 0)
                os.dup2(slave if stdout is None else stdout, 1)
                os.dup2(slave if stderr is None else stderr, 2)
                os.closerange(3, 1000)
                os.execvpe(words[0], words, environment)
            finally:
                os._exit(99)
        os.close(slave)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        if self.status is None:
            os.waitpid(self.pid, 0)
        self.hang_up()

    def hang_up(self):
        if self.master >= 0:
            os.close(self.master)
        self.master = -1

    def resize(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def settings(self):
        return termios.tcgetattr(self.master)

    def is_raw(self):
        return not self.settings()[3] & termios.ICANON

    def send(self, text):
        os.write(self.master, text.encode())

    def line(self, text):
        self.send(text + "\r")

    def command(self, text):
        """Types a line for a shell and waits for its echo, so that what is expected next is no part of it."""
        self.text = ""
        self.line(text)
        self.expect("\r\n")

    def read(self, timeout):
        if not select.select([self.master], [], [], timeout)[0]:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError as error:
            if error.errno == errno.EIO:
                return False
            raise
        self.text += data.decode("utf-8", "replace")
        return bool(data)

    def expect(self, pattern, timeout=60):
        """Waits for a match, and forgets the text up to its end."""
        end = time.monotonic() + timeout
        while True:
            match = re.search(pattern, self.text, re.DOTALL)
            if match:
                self.text = self.text[match.end():]
                return match
            if time.monotonic() > end:
                raise AssertionError("no %r in %r" % (pattern, self.text[-600:]))
            self.read(0.05)

    def expect_not(self, pattern, seconds=0.3):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read(0.02)
        if re.search(pattern, self.text, re.DOTALL):
            raise AssertionError("%r in %r" % (pattern, self.text[-600:]))

    def wait(self, timeout=60):
        """The exit status as os.waitpid gives it; reads what comes meanwhile."""
        end = time.monotonic() + timeout
        while self.status is None:
            if self.master >= 0:
                self.read(0.01)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = status
            elif time.monotonic() > end:
                raise AssertionError("still runs; last text: %r" % self.text[-600:])
        while self.master >= 0 and self.read(0.02):
            pass
        return self.status

    def exit_code(self, timeout=60):
        return os.waitstatus_to_exitcode(self.wait(timeout))


def shell():
    """An interactive bash with job control."""
    terminal = Terminal(["bash", "--norc", "--noprofile", "-i"], size=(24, 500))
    terminal.expect("prompt> ")
    return terminal


def run(words, **options):
    options.setdefault("timeout", 30)
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
