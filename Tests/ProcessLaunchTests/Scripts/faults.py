"""System calls that fail when they do in life: nothing is lost, nothing hangs, and what can't be done is said."""

import shutil

from support import *

STRACE = shutil.which("strace")


def injected(fault, *words, options=(), **settings):
    """Runs the driver with a fault in its own calls; what it starts is left alone."""
    call = fault.split(":")[0]
    prefix = [STRACE, "-o", "/dev/null", "-e", "trace=" + call, "-e", "inject=" + fault]
    return run([*prefix, DRIVER, *options, "--", *words], **settings)


def needs_strace(function):
    def skipping():
        if STRACE and run([STRACE, "-o", "/dev/null", "true"]).returncode == 0:
            function()
        else:
            print("skipped: no strace here")
    skipping.__name__ = function.__name__
    return test(skipping)


LINES = b"".join(b"%d\n" % number for number in range(1, 50001))


@needs_strace
def interrupted_calls_are_made_again():
    for fault in ("read:error=EINTR:when=60+3", "poll:error=EINTR:when=1+3", "pwritev2:error=EINTR:when=1+2",
                  "wait4:error=EINTR:when=1+2"):
        result = injected(fault, "sh", "-c", "seq 1 50000; exit 7")
        assert result.returncode == 7 and result.stdout == LINES, (fault, result.returncode, len(result.stdout))


@needs_strace
def calls_that_would_wait_are_made_later():
    for fault in ("pwritev2:error=EAGAIN:when=1+2",):
        result = injected(fault, "sh", "-c", "seq 1 50000; exit 7")
        assert result.returncode == 7 and result.stdout == LINES, (fault, result.returncode, len(result.stdout))


@needs_strace
def kernels_without_our_favourite_calls_do():
    for fault in ("pwritev2:error=EOPNOTSUPP", "pwritev2:error=ENOSYS", "close_range:error=ENOSYS"):
        result = injected(fault, "sh", "-c", "seq 1 50000; exit 7")
        assert result.returncode == 7 and result.stdout == LINES, (fault, result.returncode, len(result.stdout))


@needs_strace
def an_output_that_fails_is_reported():
    for name in ("EIO", "ENOSPC", "EDQUOT"):
        result = injected("pwritev2:error=%s:when=2+" % name, "sh", "-c", "seq 1 500000; exit 0")
        assert result.returncode == 125 and b"output failed" in result.stderr, (name, result.returncode, result.stderr)


@needs_strace
def what_can_not_be_made_is_said_with_125():
    for fault, options in (("pipe2:error=EMFILE", ()), ("clone:error=ENOMEM", ()), ("clone:error=EAGAIN", ()),
                           ("signalfd4:error=EMFILE", ()), ("pipe2:error=ENFILE", ("--file", "KEY", "content"))):
        result = injected(fault, "true", options=options)
        assert result.returncode == 125 and b"could not be made" in result.stderr, (fault, result)
    assert not [name for name in os.listdir("/dev/shm") if name.startswith("withsecrets-")]


@needs_strace
def a_monitor_that_can_not_be_made_leaves_the_terminal_as_it_was():
    for fault in ("socketpair:error=EMFILE", "clone:error=ENOMEM"):
        call = fault.split(":")[0]
        with Terminal([STRACE, "-o", "/dev/null", "-e", "trace=" + call, "-e", "inject=" + fault, DRIVER, "--", "true"]) as terminal:
            before = terminal.initial_settings
            assert terminal.exit_code() == 125, fault
            assert terminal.settings() == before


@needs_strace
def hardening_that_is_refused_stops_nothing():
    result = injected("prctl:error=EPERM", "sh", "-c", "exit 7")
    assert result.returncode == 7, result


main()
