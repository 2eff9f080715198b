"""PID 1 and the places where containers run programs. Where `tini` is beside us it is asked the same questions."""

import shutil

from support import *

CAN_UNSHARE = run(["unshare", "--pid", "--fork", "--mount", "--mount-proc", "true"]).returncode == 0


def inits():
    yield [DRIVER, "--"]
    if shutil.which("tini"):
        yield ["tini", "--"]


def in_namespace(words, **options):
    return run(["unshare", "--pid", "--fork", "--kill-child", "--mount", "--mount-proc", *words], **options)


def needs_namespaces(function):
    def skipping():
        if CAN_UNSHARE:
            function()
        else:
            print("skipped: no PID namespaces here")
    skipping.__name__ = function.__name__
    return test(skipping)


@needs_namespaces
def exit_codes_are_passed_on():
    for init in inits():
        for code in (0, 1, 7, 126, 255):
            assert in_namespace([*init, "sh", "-c", "exit %d" % code]).returncode == code, init


@needs_namespaces
def a_death_by_signal_is_128_and_its_number():
    for init in inits():
        for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGSEGV):
            result = in_namespace([*init, "sh", "-c", "ulimit -c 0; kill -%d $$" % number])
            assert result.returncode == 128 + number, (init, result)


ORPHANS = """
import os, time
for _ in range(1000):
    if os.fork() == 0:
        if os.fork() == 0: time.sleep(0.01)
        os._exit(0)
    os.wait()
def states():
    for name in os.listdir('/proc'):
        try:
            if name.isdigit(): yield open('/proc/%s/stat' % name).read().rpartition(')')[2].split()[:2]
        except OSError: pass
for _ in range(400):
    left = [entry for entry in states() if entry[1] == '1']
    if len(left) == 1: break
    time.sleep(0.02)
print(len(left))
"""


@needs_namespaces
def a_thousand_orphans_are_reaped():
    for init in inits():
        result = in_namespace([*init, sys.executable, "-I", "-S", "-c", ORPHANS], timeout=60)
        assert result.stdout == b"1\n", (init, result)


@needs_namespaces
def signals_reach_the_command_of_pid_1():
    for init in inits():
        words = [*init, "sh", "-c", "trap 'echo got; exit 5' TERM; echo ready; while :; do sleep 0.02; done"]
        process = subprocess.Popen(["unshare", "--pid", "--fork", "--mount-proc", *words], stdout=subprocess.PIPE)
        assert process.stdout.readline() == b"ready\n"
        first = children_of(process.pid)[0]
        os.kill(first, signal.SIGTERM)
        assert process.stdout.read() == b"got\n", init
        assert process.wait() == 5, init
        process.stdout.close()


@needs_namespaces
def a_signal_before_the_command_exists_ends_pid_1():
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        words = ["unshare", "--pid", "--fork", "--mount-proc", DRIVER, "--wait-for", "/no/such/file", "--", "true"]
        process = subprocess.Popen(words, stdout=subprocess.PIPE)
        assert process.stdout.readline() == b"waiting\n"
        os.kill(children_of(process.pid)[0], number)
        assert process.wait(20) == 128 + number
        process.stdout.close()


@needs_namespaces
def everything_ends_with_the_command():
    for init in inits():
        begin = time.monotonic()
        result = in_namespace([*init, "sh", "-c", "sleep 60 & echo done"])
        assert result.stdout == b"done\n" and time.monotonic() - begin < 20, init


@needs_namespaces
def what_an_orphan_wrote_before_the_end_is_masked_and_written():
    words = [DRIVER, "--mask", "sesame-1", "--", "sh", "-c", "(echo one sesame-1; sleep 60) & sleep 0.2; echo two"]
    assert in_namespace(words).stdout == b"one ***\ntwo\n"


@needs_namespaces
def a_terminal_works_for_pid_1():
    words = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", DRIVER, "--", "sh", "-c",
             "test -t 0 && test -t 1 && echo terminal; read x; echo got $x; exit 4"]
    with Terminal(words) as terminal:
        terminal.expect("terminal")
        terminal.line("word")
        terminal.expect("got word")
        assert terminal.exit_code() == 4


@test
def a_subreaper_gets_the_orphans_and_reaps_them():
    program = """
import os, time
read, write = os.pipe()
if os.fork() == 0:
    if os.fork() == 0:
        while os.getppid() != int(os.environ['WS_PARENT']) and os.getppid() != 1: time.sleep(0.005)
        os.write(write, b'%d %d' % (os.getpid(), os.getppid()))
    os._exit(0)
os.wait()
orphan, parent = os.read(read, 100).split()
while os.path.exists('/proc/%d' % int(orphan)): time.sleep(0.005)
print(int(parent) == os.getppid())
"""
    words = [sys.executable, "-I", "-S", "-c", program]
    result = run(["sh", "-c", "WS_PARENT=$$ exec \"$0\" --subreaper -- \"$@\"", DRIVER, *words])
    assert result.stdout == b"True\n", result


def in_mounts(script, *words):
    return run(["unshare", "--mount", "sh", "-c", script + "\nexec \"$0\" \"$@\"", DRIVER, *words])


@needs_namespaces
def without_proc_everything_but_names_of_descriptors_works():
    result = in_mounts("umount -l /proc || exit 99", "--mask", "sesame-1", "--", "sh", "-c", "echo a sesame-1 b; exit 6")
    assert result.returncode == 6 and result.stdout == b"a *** b\n", result
    result = in_mounts("umount -l /proc || exit 99", "--in-place", "--", "sh", "-c", "echo \"$1\"; exit 6", "x", "word")
    assert result.returncode == 6 and result.stdout == b"word\n", result
    result = in_mounts("umount -l /proc || exit 99", "--file", "KEY", "content", "--", "sh", "-c", "cat $KEY")
    assert result.stdout == b"content", result


@needs_namespaces
def without_proc_the_swift_runtime_has_its_arguments_and_the_command_sees_no_trick():
    words = ["--print-arguments", "--wait-for", "/", "--", "sh", "-c", "echo root $SWIFT_ROOT"]
    result = in_mounts("umount -l /proc || exit 99; unset SWIFT_ROOT", *words)
    assert result.stdout.decode().split("\n")[:-1] == [" ".join(words), "waiting", "root"], result


@needs_namespaces
def where_no_memory_can_be_written_a_file_is_a_descriptor():
    script = "for path in /dev/shm /run /tmp; do mount -t tmpfs -o ro none $path || exit 99; done; unset XDG_RUNTIME_DIR"
    if DRIVER.startswith("/tmp"):
        script = script.replace(" /tmp;", ";") + "; test -w /tmp && ! stat -f -c %T /tmp | grep -q tmpfs || exit 0"
    result = in_mounts(script, "--file", "KEY", "content", "--", "sh", "-c", "cat $KEY; cat $KEY; echo $KEY")
    assert result.stdout.startswith(b"contentcontent/proc/self/fd/"), result


@needs_namespaces
def without_terminals_to_give_pipes_do():
    with Terminal(["unshare", "--mount", "sh", "-c", "mount --bind /dev/null /dev/ptmx; mount --bind /dev/null "
                   "/dev/pts/ptmx; exec \"$0\" -- sh -c 'test -t 1 || echo pipe; exit 2'", DRIVER]) as terminal:
        terminal.expect("pipe")
        assert terminal.exit_code() == 2


@needs_namespaces
def an_arbitrary_user_without_home_or_environment_works():
    words = ["setpriv", "--reuid=12345", "--regid=12345", "--clear-groups", "--no-new-privs", "env", "-i"]
    folder = tempfile.mkdtemp()
    os.chmod(folder, 0o755)
    # The build folder may be closed to others; what a dynamic build needs is found by its absolute path.
    shutil.copy(DRIVER, folder + "/driver")
    try:
        result = run([*words, folder + "/driver", "--file", "KEY", "content", "--", "/bin/sh", "-c", "cat $KEY; exit 3"])
        assert result.returncode == 3 and result.stdout == b"content", result
    finally:
        shutil.rmtree(folder)


main()
