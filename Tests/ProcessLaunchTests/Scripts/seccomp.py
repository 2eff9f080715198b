"""A sandbox that forbids system calls one by one: what we would like to use is done without, what we need is named."""

import ctypes
import platform

from support import *

WITHSECRETS = os.path.join(os.path.dirname(DRIVER), "withsecrets")

PR_SET_SECCOMP, SECCOMP_MODE_FILTER, PR_SET_NO_NEW_PRIVS, PR_SET_DUMPABLE = 22, 2, 38, 4
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, FAIL_WITH = 0x7FFF0000, 0x00050000

# From <asm/unistd_64.h>.
NUMBERS = {
    "fcntl": 72, "flock": 73, "statfs": 137, "fstatfs": 138, "mlock": 149, "mlock2": 325, "prctl": 157,
    "setrlimit": 160, "prlimit64": 302, "madvise": 28, "mount": 165, "unshare": 272, "inotify_init1": 294,
    "signalfd4": 289, "eventfd2": 290, "pipe2": 293, "getrandom": 318, "memfd_create": 319, "pwritev2": 328,
    "pidfd_open": 434, "clone3": 435, "close_range": 436, "openat2": 437, "faccessat2": 439, "socketpair": 53,
    "rt_sigqueueinfo": 129, "chown": 92, "fchown": 93, "fchmod": 91, "ptrace": 101, "kcmp": 312, "fsync": 74,
}


class Instruction(ctypes.Structure):
    _fields_ = [("code", ctypes.c_ushort), ("jump_true", ctypes.c_ubyte), ("jump_false", ctypes.c_ubyte),
                ("value", ctypes.c_uint)]


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.POINTER(Instruction))]


LIBC = ctypes.CDLL(None, use_errno=True)


def forbid(call, number, first_argument=None):
    """Between fork and exec: from here on `call` fails with `number` (seccomp(2)); of prctl, PR_SET_DUMPABLE alone."""
    lines = [(LOAD, 0, 0, 0), (JUMP_IF_EQUAL, 0, 3 if first_argument is not None else 1, NUMBERS[call])]
    if first_argument is not None:
        lines += [(LOAD, 0, 0, 16), (JUMP_IF_EQUAL, 0, 1, first_argument)]
    lines += [(RETURN, 0, 0, FAIL_WITH | number), (RETURN, 0, 0, ALLOW)]
    array = (Instruction * len(lines))(*(Instruction(*line) for line in lines))
    program = Program(len(lines), array)
    if LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or LIBC.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER,
                                                                ctypes.byref(program), 0, 0):
        os._exit(97)


def run_without(call, number, words, **options):
    first = PR_SET_DUMPABLE if call == "prctl" else None
    return run(words, preexec_fn=lambda: forbid(call, number, first), **options)


CAN_FILTER = platform.machine() == "x86_64" and run_without("kcmp", errno.EPERM, ["true"]).returncode == 0


def needs_filters(function):
    def skipping():
        if CAN_FILTER:
            function()
        else:
            print("skipped: no seccomp filters here, or not this machine's numbers")
    skipping.__name__ = function.__name__
    return test(skipping)


def each(calls):
    for call in calls:
        for number in (errno.EPERM, errno.ENOSYS):
            yield call, number, "%s %s" % (call, errno.errorcode[number])


NICE_TO_HAVE = ["memfd_create", "mlock", "mlock2", "prctl", "close_range", "pidfd_open", "unshare", "mount", "pwritev2",
                "setrlimit", "prlimit64", "madvise", "clone3", "faccessat2", "openat2", "ptrace", "inotify_init1",
                "rt_sigqueueinfo", "eventfd2", "statfs", "fstatfs", "fsync"]
NEEDED = ["signalfd4", "pipe2"]


@needs_filters
def what_is_nice_to_have_is_done_without():
    for call, number, what in each(NICE_TO_HAVE):
        words = [DRIVER, "--mask", "sesame-1", "--", "sh", "-c", "echo a sesame-1 b; kill -0 $$; exit 7"]
        result = run_without(call, number, words)
        assert result.returncode == 7 and result.stdout == b"a *** b\n", (what, result)


@needs_filters
def files_are_delivered_all_the_same():
    for call, number, what in each(NICE_TO_HAVE):
        result = run_without(call, number, [DRIVER, "--file", "KEY", "content", "--", "sh", "-c", "cat $KEY; exit 7"])
        works = result.returncode == 7 and result.stdout == b"content"
        is_told = result.returncode == 125 and b"could not be made" in result.stderr
        assert works or is_told, (what, result)
        assert works or call in ("statfs", "fchmod"), (what, result)
    assert not [name for name in os.listdir("/dev/shm") if name.startswith("withsecrets-")]


@needs_filters
def a_terminal_is_lent_all_the_same():
    for call, number, what in each(["close_range", "pidfd_open", "prctl", "mlock", "prlimit64", "rt_sigqueueinfo"]):
        master, slave = os.openpty()
        def prepare(call=call, number=number):
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            forbid(call, number, PR_SET_DUMPABLE if call == "prctl" else None)
        process = subprocess.Popen(driver("sh", "-c", "test -t 0 && test -t 1 && echo terminal; exit 7"),
                                   stdin=slave, stdout=slave, stderr=slave, preexec_fn=prepare)
        os.close(slave)
        text = b""
        while True:
            try:
                data = os.read(master, 4096)
            except OSError:
                break
            if not data:
                break
            text += data
        os.close(master)
        assert process.wait(30) == 7 and b"terminal" in text, (what, text)


@needs_filters
def what_is_needed_is_named_with_125():
    for call, number, what in each(NEEDED):
        result = run_without(call, number, driver("sh", "-c", "echo started"))
        assert result.returncode == 125 and not result.stdout, (what, result)
        assert os.strerror(number).lower().encode() in result.stderr.lower(), (what, result)


@needs_filters
def secrets_are_resolved_masked_and_kept_all_the_same():
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ, HOME=folder, XDG_STATE_HOME=folder + "/state", XDG_CONFIG_HOME=folder + "/config",
                           SESAME="open-sesame-1")
        for call, number, what in each(NICE_TO_HAVE + ["flock", "fchmod", "fchown", "getrandom"]):
            def without(*words, **options):
                return run_without(call, number, [WITHSECRETS, *words], cwd=folder, env=environment, **options)
            result = without("-e", "A=env:SESAME", "-e", "B=exec:printf 'from-a-helper'", "--", "sh", "-c",
                             "echo $A $B; exit 7")
            assert result.returncode == 7 and result.stdout == b"*** ***\n", (what, result)
            vault = "%s-%d.yaml" % (call, number)
            steps = [("vault", "init", "--vault", vault), ("vault", "set", "a/b", "--vault", vault),
                     ("vault", "get", "a/b", "--reveal", "--vault", vault)]
            for step in steps:
                result = without(*step, input=b"value-1\n")
                if result.returncode == 0:
                    continue
                # Nothing is written without a lock and on the disk: that is said.
                assert call in ("flock", "fchmod", "fsync") and result.returncode == 125, (what, step, result)
                assert os.strerror(number).lower().encode() in result.stderr.lower(), (what, result)
                break
            else:
                assert result.stdout == b"value-1\n", (what, result)


main()
