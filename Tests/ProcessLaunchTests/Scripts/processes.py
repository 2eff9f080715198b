"""The command in pipelines and scripts: its end, its signals, what it sees, what becomes of its output."""

import json
import random
import resource
import shutil
import socket
import stat

from support import *

# What a process sees of itself, as JSON on the file that WS_REPORT names.
REPORT = """
import json, os, resource, signal
status = dict(line.split(':\\t', 1) for line in open('/proc/self/status').read().splitlines() if ':\\t' in line)
def name(fd):
    try: return os.readlink('/proc/self/fd/%d' % fd)
    except OSError: return None
def closed(fd):
    try: os.fstat(fd); return False
    except OSError: return True
listing = os.open('/proc/self/fd', os.O_RDONLY)
fds = sorted(int(fd) for fd in os.listdir(listing) if int(fd) != listing)
old = os.umask(0); os.umask(old)
report = {
    'signals': [status[key].strip() for key in ('SigBlk', 'SigIgn', 'SigCgt')],
    'fds': [fd for fd in fds if not closed(fd)], 'umask': old, 'cwd': os.getcwd(), 'nice': os.nice(0),
    'limits': [resource.getrlimit(number) for number in range(16)], 'group': os.getpgrp(), 'session': os.getsid(0),
    'oom': open('/proc/self/oom_score_adj').read(), 'args': open('/proc/self/cmdline').read(),
    'environ': open('/proc/self/environ', 'rb').read().decode('latin-1'), 'dumpable': os.stat('/proc/self/environ').st_uid,
    'stdin': name(0) if 0 in fds else None, 'cgroup': open('/proc/self/cgroup').read(), 'nonewprivs': status.get('NoNewPrivs'),
}
open(os.environ['WS_REPORT'], 'w').write(json.dumps(report))
"""


def report(prefix, before=None, **settings):
    """What the program sees when `prefix` starts it; `before` runs in the process that execs."""
    with open("/tmp/withsecrets-report-%d" % os.getpid(), "w+") as file:
        environment = {"PATH": os.environ["PATH"], "WS_REPORT": file.name, "LC_ALL": "C"}
        words = [*prefix, sys.executable, "-I", "-S", "-c", REPORT]
        subprocess.run(words, check=True, env=environment, preexec_fn=before, stdin=subprocess.DEVNULL, **settings)
        os.unlink(file.name)
        return json.load(file)


def assert_same_report(before=None, **settings):
    direct = report([], before, **settings)
    for prefix in ([DRIVER, "--"], [DRIVER, "--in-place", "--"]):
        ours = report(prefix, before, **settings)
        for key in direct:
            if key in ("group", "session") and settings.get("start_new_session"):
                continue
            assert ours[key] == direct[key], (prefix, key, ours[key], direct[key])


def start(*words, options=(), **settings):
    settings.setdefault("stdout", subprocess.PIPE)
    return subprocess.Popen([DRIVER, *options, "--", *words], **settings)


def python(program):
    return [sys.executable, "-I", "-S", "-u", "-c", program]


# The end


@test
def all_exit_codes_are_the_commands():
    script = "for code in $(seq 0 255); do \"$0\" -- sh -c \"exit $code\"; echo $?; done"
    result = run(["sh", "-c", script, DRIVER])
    assert result.stdout.split() == [b"%d" % code for code in range(256)], result.stdout


@test
def all_ending_signals_are_the_commands():
    ignored = int(re.search("SigIgn:\t(.*)", open("/proc/self/status").read())[1], 16)
    numbers = [number for number in range(1, 65) if not ignored >> number - 1 & 1 and number not in (
        signal.SIGCHLD, signal.SIGCONT, signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU, signal.SIGURG,
        signal.SIGWINCH)]
    with tempfile.TemporaryDirectory() as folder:
        for number in numbers:
            result = run(driver("sh", "-c", "ulimit -c 0; kill -%d $$" % number), cwd=folder)
            assert result.returncode == -number, (number, result.returncode)
        assert os.listdir(folder) == [], "a core file"


@test
def what_can_not_be_started_has_the_status_that_env_gives_it():
    with tempfile.TemporaryDirectory() as folder:
        plain, missing, script = folder + "/plain", folder + "/missing", folder + "/script"
        for path, text, mode in ((plain, "", 0o644), (missing, "#!/no/such/thing\n", 0o755), (script, "exit 9\n", 0o755)):
            with open(path, "w") as file:
                file.write(text)
            os.chmod(path, mode)
        for words in (["no-such-program"], [plain], [folder], [missing], [script], [folder + "/none"], [plain + "/x"], [""]):
            expected = run(["env", *words]).returncode
            for option in ("--in-place", "--subreaper"):
                assert run([DRIVER, option, "--", *words]).returncode == expected, (words, option)
        # A folder of PATH that may not be entered hides nothing behind it; the command's own PATH counts.
        os.mkdir(folder + "/bin")
        shutil.copy(script, folder + "/bin/tool")
        for path, code in ((folder + "/bin", 9), ("/nowhere:" + folder + "/bin", 9), ("/nowhere", 127)):
            assert run([DRIVER, "--set", "PATH", path, "--", "tool"]).returncode == code, path
        assert run([DRIVER, "--set", "PATH", "", "--", "tool"], cwd=folder + "/bin").returncode == 9


@test
def a_thousand_quick_commands_lose_no_last_line():
    script = "for i in $(seq $1 $2); do \"$0\" --mask sesame-1 -- sh -c \"printf 'last %s' $i\"; echo; done"
    parts = [subprocess.Popen(["sh", "-c", script, DRIVER, str(first), str(first + 249)], stdout=subprocess.PIPE)
             for first in range(1, 1001, 250)]
    lines = b"".join(part.communicate(timeout=120)[0] for part in parts).split(b"\n")
    assert lines[:-1] == [b"last %d" % number for number in range(1, 1001)]


# Signals


COUNTER = """
import os, signal, sys, time
counts = {}
def count(number, frame): counts[number] = counts.get(number, 0) + 1
for number in range(1, 65):
    if number not in (9, 19, 32, 33, 17): signal.signal(number, count)
print('ready', flush=True)
while not os.path.exists(sys.argv[1]): time.sleep(0.005)
print(sorted(counts.items()), flush=True)
"""


@test
def every_signal_arrives_once():
    with tempfile.TemporaryDirectory() as folder:
        process = start(*python(COUNTER), folder + "/end", start_new_session=True)
        assert process.stdout.readline() == b"ready\n"
        sent = [number for number in range(1, 65) if number not in (
            9, 17, 19, 32, 33, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU)]
        for number in sent:
            os.kill(process.pid, number)
        time.sleep(0.3)
        open(folder + "/end", "w").close()
        counts = eval(process.stdout.readline())
        assert counts == [(number, 1) for number in sent], counts
        assert process.wait() == 0


@test
def a_signal_from_a_script_in_our_own_group_arrives():
    script = "\"$0\" -- sh -c 'trap \"echo term; exit 3\" TERM; echo ready; while :; do sleep 0.02; done' & " \
        "sleep 0.3; kill $!; wait $!; echo $?"
    result = run(["sh", "-c", script, DRIVER])
    assert result.stdout.split() == [b"ready", b"term", b"3"], result.stdout


@test
def a_signal_that_the_command_sends_to_its_group_comes_once():
    program = """
import os, signal, subprocess, time
count = 0
def add(*_):
    global count
    count += 1
signal.signal(signal.SIGUSR1, add)
os.kill(0, signal.SIGUSR1)
subprocess.run(['sh', '-c', 'trap "" USR1; kill -USR1 0; sleep 0.3'])
time.sleep(0.3)
print(count)
"""
    result = run(driver(*python(program)), start_new_session=True)
    assert result.stdout == b"2\n", result


@test
def a_child_signal_that_somebody_sends_hides_no_end():
    for _ in range(30):
        process = start("sh", "-c", "echo ready; exit 3")
        assert process.stdout.readline() == b"ready\n"
        while process.poll() is None:
            process.send_signal(signal.SIGCHLD)
        assert process.returncode == 3
        process.stdout.close()


@test
def queued_signals_keep_their_value():
    program = """
import signal, time
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGRTMIN + 2])
print('ready', flush=True)
for _ in range(20):
    info = signal.sigwaitinfo([signal.SIGRTMIN + 2])
    print(info.si_code, flush=True)
"""
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    process = start(*python(program))
    assert process.stdout.readline() == b"ready\n"
    for value in range(20):
        assert libc.sigqueue(process.pid, signal.SIGRTMIN + 2, ctypes.c_void_p(value)) == 0
    assert process.stdout.read().split() == [b"-1"] * 20
    assert process.wait() == 0


@test
def two_hundred_signals_at_random_moments_end_all_and_leave_nothing():
    seed = random.randrange(1 << 30)
    print("seed", seed)
    chance = random.Random(seed)
    for _ in range(200):
        process = start("sleep", "30", start_new_session=True)
        time.sleep(chance.random() * 0.006)
        number = chance.choice([signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1])
        process.send_signal(number)
        assert process.wait(20) == -number
        session = process.pid
        process.stdout.close()
        left = run(["pgrep", "-s", str(session)]).stdout
        assert left == b"", left


@test
def a_stop_and_a_continuation_reach_the_command_and_show_at_ours():
    for number in (signal.SIGTSTP, signal.SIGSTOP, signal.SIGTTIN, signal.SIGTTOU):
        # A group of its own in our session: the kernel lets nobody stop a group that has no shell over it.
        process = start("sh", "-c", "echo ready; while :; do sleep 0.01; done", process_group=0)
        assert process.stdout.readline() == b"ready\n"
        child = children_of(process.pid)[0]
        os.kill(child if number == signal.SIGSTOP else process.pid, number)
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status) and os.WSTOPSIG(status) == number
        assert state_of(child) == "T"
        os.kill(process.pid, signal.SIGCONT)
        wait_until(lambda: state_of(child) != "T")
        process.terminate()
        assert process.wait() == -signal.SIGTERM
        process.stdout.close()


@test
def a_signal_that_can_not_stop_an_orphaned_group_does_not_stop_us():
    process = start("sh", "-c", "echo ready; read x; exit 3", stdin=subprocess.PIPE, start_new_session=True)
    assert process.stdout.readline() == b"ready\n"
    process.send_signal(signal.SIGTSTP)
    process.communicate(b"\n", timeout=20)
    assert process.returncode == 3


@test
def a_continuation_of_the_command_alone_wakes_us_too():
    with tempfile.TemporaryDirectory() as folder:
        process = start("sh", "-c", "echo ready; until test -e %s/go; do sleep 0.01; done; echo on; exit 6" % folder)
        assert process.stdout.readline() == b"ready\n"
        child = children_of(process.pid)[0]
        os.kill(child, signal.SIGSTOP)
        wait_until(lambda: state_of(process.pid) == "T")
        os.kill(child, signal.SIGCONT)
        open(folder + "/go", "w").close()
        assert process.stdout.readline() == b"on\n"
        assert process.wait(20) == 6


@test
def the_stop_timeout_kills_what_ignores_sigterm():
    process = start("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.02; done", options=("--stop-timeout", "300"))
    assert process.stdout.readline() == b"ready\n"
    begin = time.monotonic()
    process.terminate()
    assert process.wait(20) == -9
    assert 0.25 < time.monotonic() - begin < 5


@test
def an_alarm_set_before_us_ends_the_command():
    result = run([sys.executable, "-c", "import os, signal, sys; signal.alarm(1); os.execv(sys.argv[1], sys.argv[1:])",
                  DRIVER, "--", "sleep", "30"])
    assert result.returncode == -signal.SIGALRM, result


@test
def a_signal_before_the_command_exists_ends_us_and_leaves_nothing():
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
        with tempfile.TemporaryDirectory() as folder:
            before = set(os.listdir("/dev/shm"))
            options = ("--file", "KEY", "content", "--wait-for", folder + "/go")
            process = start("touch", folder + "/started", options=options)
            assert process.stdout.readline() == b"waiting\n"
            process.send_signal(number)
            assert process.wait(20) == -number
            process.stdout.close()
            wait_until(lambda: set(os.listdir("/dev/shm")) <= before, what="the folder's end")
            assert not os.path.exists(folder + "/started")


# What it sees


@test
def nothing_is_different_inside():
    assert_same_report()


@test
def inherited_signal_state_limits_and_descriptors_are_given_back():
    def before():
        for number in (signal.SIGHUP, signal.SIGPIPE, signal.SIGCHLD, signal.SIGUSR1, signal.SIGTTOU, 40):
            signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_SETMASK, [signal.SIGUSR2, signal.SIGTERM, 50])
        os.umask(0o027)
        os.nice(3)
        resource.setrlimit(resource.RLIMIT_CORE, (4096, resource.RLIM_INFINITY))
        resource.setrlimit(resource.RLIMIT_NOFILE, (200, 300))
        for number in (5, 77):
            os.dup2(os.open("/dev/null", os.O_RDONLY), number)

    assert_same_report(before, close_fds=False)


@test
def closed_streams_stay_closed():
    for closed in ([0], [1], [2], [0, 1, 2]):
        def before():
            for number in closed:
                os.close(number)
        assert_same_report(before)


@test
def order_and_duplicates_of_the_environment_are_kept():
    # Only execve itself can give a name twice.
    program = """
import ctypes, sys
strings = [b'B=1', b'A=2', b'B=3', b'NOEQUALS', b'=odd', b'WITHSECRETS_X=1', b'PATH=/usr/bin:/bin', b'Z=\\xff']
argv = [word.encode() for word in sys.argv[1:]]
array = lambda words: (ctypes.c_char_p * (len(words) + 1))(*words, None)
ctypes.CDLL(None).execve(argv[0], array(argv), array(strings))
"""
    result = run([sys.executable, "-c", program, DRIVER, "--set", "NEW", "x", "--", "cat", "/proc/self/environ"])
    assert result.stdout == b"B=1\0A=2\0B=3\0NOEQUALS\0=odd\0PATH=/usr/bin:/bin\0Z=\xff\0NEW=x\0", result


@test
def variables_are_removed_and_kept_by_globs():
    environment = {"A_TOKEN": "1", "B_TOKEN": "2", "KEEP": "3", "WITHSECRETS_FILE": "4"}
    env = shutil.which("env")
    for options, left in (
        ([], ["A_TOKEN=1", "B_TOKEN=2", "KEEP=3"]),
        (["--unset", "*_TOKEN"], ["KEEP=3"]),
        (["--unset", "?_TOK*", "--set", "KEEP", "5"], ["KEEP=5"]),
        (["--keep", "A_*"], ["A_TOKEN=1"]),
        (["--keep", "NONE", "--set", "NEW", "a b"], ["NEW=a b"]),
    ):
        for place in ([], ["--in-place"]):
            result = run([DRIVER, *options, *place, "--", env], env=environment)
            assert result.stdout.decode().split("\n")[:-1] == left, (options, result)


@test
def a_command_that_gives_up_its_user_can_open_its_output():
    if os.getuid() != 0:
        return
    words = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "sh", "-c", "echo text > /dev/stdout"]
    assert run(driver(*words)).stdout == b"text\n"


@test
def arguments_that_are_no_text_pass_unchanged():
    result = run([DRIVER.encode(), b"--", b"printf", b"%s", b"\xff\xfe-\xc3"])
    assert result.stdout == b"\xff\xfe-\xc3"


@test
def process_numbers_for_systemd_name_the_command():
    for name in ("LISTEN_PID", "WATCHDOG_PID"):
        script = "%s=$$ exec \"$0\" -- sh -c 'test $%s = $$'" % (name, name)
        assert run(["sh", "-c", script, DRIVER]).returncode == 0
        assert run([DRIVER, "--", "sh", "-c", "test $%s = 1" % name], env=dict(os.environ, **{name: "1"})).returncode == 0


@test
def a_variable_that_is_too_large_is_refused_by_name():
    for size, code in ((131072 - len("BIG=") - 1, 0), (131072 - len("BIG="), 125)):
        result = run([DRIVER, "--set-size", "BIG", str(size), "--", "true"])
        assert result.returncode == code, (size, result)
    assert b"BIG" in result.stderr and b"131072" in result.stderr


@test
def our_own_memory_shows_nothing_once_the_command_runs():
    process = start("sh", "-c", "echo ready; read x", stdin=subprocess.PIPE, env=dict(os.environ, TOKEN="sesame-1"))
    assert process.stdout.readline() == b"ready\n"
    try:
        with open("/proc/%d/environ" % process.pid, "rb") as file:
            assert b"sesame" not in file.read()
    except PermissionError:
        assert os.getuid() != 0  # not even whose process it is may look
    process.communicate(b"\n")


@test
def what_the_command_closes_is_closed():
    ours, theirs = socket.socketpair()
    process = start("sh", "-c", "exec <&- 7<&-; echo ready; sleep 1", stdin=theirs,
                    preexec_fn=lambda: os.dup2(theirs.fileno(), 7), close_fds=False)
    theirs.close()
    assert process.stdout.readline() == b"ready\n"
    ours.settimeout(0.7)
    assert ours.recv(1) == b"", "somebody still holds the socket"
    process.wait()
    process.stdout.close()


# Output


@test
def without_a_filter_the_streams_are_ours():
    with tempfile.TemporaryFile() as file:
        subprocess.run([DRIVER, "--no-filter", "--", "readlink", "/proc/self/fd/1"], stdout=file)
        file.seek(0)
        assert file.read().decode().strip() == os.readlink("/proc/self/fd/%d" % file.fileno())


@test
def a_secret_is_masked_however_it_is_cut():
    script = "for part in a ses ame- 1b ses; do printf $part; sleep 0.005; done"
    result = run([DRIVER, "--mask", "sesame-1", "--", "sh", "-c", script])
    assert result.stdout == b"a***bses", result.stdout


@test
def one_file_for_both_streams_keeps_their_order():
    script = "for i in $(seq 500); do echo out $i; echo err $i >&2; done"
    expected = b"".join(b"out %d\nerr %d\n" % (i, i) for i in range(1, 501))
    result = subprocess.run(driver("sh", "-c", script), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert result.stdout == expected
    with tempfile.TemporaryFile() as file:
        subprocess.run(driver("sh", "-c", script), stdout=file, stderr=file)
        file.seek(0)
        assert file.read() == expected
    ours, theirs = socket.socketpair()
    process = subprocess.Popen(driver("sh", "-c", script), stdout=theirs, stderr=theirs)
    theirs.close()
    text = b""
    while chunk := ours.recv(65536):
        text += chunk
    assert text == expected and process.wait() == 0


@test
def two_files_stay_two_and_neither_starves():
    result = run(driver("sh", "-c", "yes out | head -c 20000000 & yes err | head -c 20000000 >&2; wait"))
    assert result.stdout == b"out\n" * 5000000 and result.stderr == b"err\n" * 5000000


@test
def a_closed_reader_ends_the_command_as_without_us():
    for script in ("yes", "while :; do echo x; sleep 0.01; done"):
        result = run(["bash", "-c", "\"$0\" -- bash -c '%s' | head -1; echo ${PIPESTATUS[0]}" % script, DRIVER])
        assert result.stdout.split()[-1] == b"141", (script, result.stdout)


@test
def a_reader_that_left_is_noticed_before_the_next_write():
    process = start("sh", "-c", "echo one; read x; echo two; echo three > /dev/tty || exit 4", stdin=subprocess.PIPE)
    assert process.stdout.readline() == b"one\n"
    process.stdout.close()
    time.sleep(0.2)
    process.stdin.write(b"\n")
    process.stdin.close()
    assert process.wait() == -signal.SIGPIPE


@test
def a_slow_reader_stops_the_command_and_loses_nothing():
    process = start("sh", "-c", "seq 1 3000000", bufsize=0)
    time.sleep(0.3)
    child = children_of(process.pid)[0]
    wait_until(lambda: state_of(child) == "S")
    with open("/proc/%d/status" % process.pid) as file:
        resident = next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))
    assert resident < 60000, resident
    text = process.stdout.read()
    assert text == b"".join(b"%d\n" % number for number in range(1, 3000001))
    assert process.wait() == 0
    process.stdout.close()


@test
def signals_pass_while_a_reader_is_slow():
    for sink in ("pipe", "socket"):
        ours, theirs = os.pipe() if sink == "pipe" else [end.detach() for end in socket.socketpair()]
        process = start("sh", "-c", "trap 'exit 5' TERM; while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxx; done", stdout=theirs)
        os.close(theirs)
        time.sleep(0.4)
        child = children_of(process.pid)[0]
        process.terminate()
        wait_until(lambda: state_of(child) in (None, "Z", "S"))
        while os.read(ours, 1 << 20):
            pass
        assert process.wait(20) == 5, sink
        os.close(ours)


@test
def flags_of_inherited_descriptors_are_never_changed():
    ours, theirs = os.pipe()
    process = start("sleep", "0.3", stdout=theirs)
    time.sleep(0.1)
    assert not fcntl.fcntl(theirs, fcntl.F_GETFL) & os.O_NONBLOCK
    assert process.wait() == 0


@test
def a_non_blocking_output_loses_nothing():
    ours, theirs = os.pipe()
    os.set_blocking(theirs, False)
    process = start("seq", "1", "200000", stdout=theirs)
    os.close(theirs)
    text = b""
    while chunk := os.read(ours, 4096):
        text += chunk
    assert text == b"".join(b"%d\n" % number for number in range(1, 200001))
    assert process.wait() == 0


@test
def a_full_disk_is_reported_with_125():
    with open("/dev/full", "wb") as full:
        result = subprocess.run(driver("sh", "-c", "seq 1 100000; exit 0"), stdout=full, stderr=subprocess.PIPE, timeout=30)
    assert result.returncode == 125 and b"errno 28" in result.stderr, result


@test
def a_limit_on_file_sizes_does_not_kill_us():
    with tempfile.TemporaryFile() as file:
        def before():
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        result = subprocess.run(driver("seq", "1", "1000"), stdout=file, stderr=subprocess.PIPE, preexec_fn=before, timeout=30)
    assert result.returncode == 125, result


# After the end


@test
def descendants_are_not_waited_for_not_cut_off_and_stay_masked():
    for closing in ("", "exec 2>&-;"):
        begin = time.monotonic()
        script = "%s (sleep 0.6; echo late sesame-1; echo end) & echo first" % closing
        process = start("sh", "-c", script, options=("--mask", "sesame-1"), stderr=subprocess.PIPE)
        assert process.wait() == 0
        assert time.monotonic() - begin < 0.5, "waited"
        assert process.stdout.read() == b"first\nlate ***\nend\n"
        process.stdout.close()
        process.stderr.close()


@test
def the_relay_keeps_a_match_that_began_before_the_end():
    process = start("sh", "-c", "printf sesam; (sleep 0.5; printf 'e-1 after') &", options=("--mask", "sesame-1"))
    assert process.wait() == 0
    assert process.stdout.read() == b"*** after"
    process.stdout.close()


@test
def a_stream_that_ended_is_not_held_by_the_relay():
    process = start("sh", "-c", "(exec >&-; sleep 1; echo late >&2) & echo first", stderr=subprocess.PIPE)
    begin = time.monotonic()
    assert process.stdout.read() == b"first\n"
    assert time.monotonic() - begin < 0.8, "somebody holds our stdout"
    assert process.stderr.read() == b"late\n"
    process.wait()
    process.stdout.close()
    process.stderr.close()


@test
def a_descendant_that_never_stops_writing_does_not_keep_us():
    process = start("sh", "-c", "yes & exit 3", stdout=subprocess.PIPE)
    os.set_blocking(process.stdout.fileno(), True)
    end = time.monotonic() + 10
    while process.poll() is None and time.monotonic() < end:
        os.read(process.stdout.fileno(), 65536)
    assert process.returncode == 3
    process.stdout.close()


# Files


@test
def a_file_is_there_for_all_and_gone_with_the_command():
    script = "cat $KEY; sh -c 'cat $KEY; cat $KEY'; stat -c '%a %T' -f $KEY > /dev/null; stat -c %a $KEY; echo $KEY"
    result = run([DRIVER, "--file", "KEY", "content", "--", "sh", "-c", script])
    *text, mode, path = result.stdout.decode().split("\n")[:-1]
    assert "".join(text) + mode == "contentcontentcontent400", result.stdout
    assert not os.path.exists(path) and not os.path.exists(os.path.dirname(path))


@test
def a_file_is_gone_however_we_end():
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV):
        process = start("sh", "-c", "echo $KEY; exec sleep 30", options=("--file", "KEY", "content"))
        path = process.stdout.readline().decode().strip()
        child = [pid for pid in children_of(process.pid) if os.path.exists("/proc/%d/exe" % pid)
                 and "sleep" in open("/proc/%d/cmdline" % pid).read()]
        assert os.path.exists(path)
        process.send_signal(number)
        assert process.wait() == -number
        wait_until(lambda: not os.path.exists(os.path.dirname(path)), what="the folder's end")
        for pid in child:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        process.stdout.close()


@test
def a_file_can_be_given_to_another_user():
    if os.getuid() != 0:
        return
    script = "cat $KEY; stat -c ' %u %a' $KEY"
    words = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "sh", "-c", script]
    result = run([DRIVER, "--file-for", "KEY", "content", "0440", "65534", "--", *words])
    assert result.stdout == b"content 65534 440\n", result


main()
