"""The command on a terminal: full-screen programs, prompts, sizes, job control, hang-up, restoring."""

import random

from support import *


def on_terminal(*words, **options):
    return Terminal(driver(*words), **options)


@test
def the_command_sees_a_terminal_on_all_three_streams():
    with on_terminal("sh", "-c", "test -t 0 && test -t 1 && test -t 2 && tty && echo yes") as terminal:
        terminal.expect("/dev/pts/.*yes")
        assert terminal.exit_code() == 0


@test
def settings_and_size_are_copied():
    with on_terminal("sh", "-c", "stty size; stty -a", size=(33, 111)) as terminal:
        terminal.expect("33 111")
        terminal.expect("icanon")
        assert terminal.exit_code() == 0


@test
def a_new_size_is_passed_on():
    script = "trap 'stty size' WINCH; echo ready; while :; do sleep 0.05; done"
    with on_terminal("bash", "-c", script) as terminal:
        terminal.expect("ready")
        terminal.resize(40, 120)
        terminal.expect("40 120")


@test
def exit_status_and_signal_are_the_commands():
    for script, code in (("exit 0", 0), ("exit 7", 7), ("exit 255", 255), ("kill -TERM $$", -15), ("kill -KILL $$", -9)):
        with on_terminal("sh", "-c", script) as terminal:
            assert terminal.exit_code() == code, script


@test
def a_program_that_is_not_there_is_127_and_the_terminal_is_untouched():
    with on_terminal("no-such-program") as terminal:
        before = terminal.initial_settings
        assert terminal.exit_code() == 127
        assert terminal.settings() == before


@test
def control_c_ends_the_command():
    with on_terminal("sh", "-c", "echo ready; exec sleep 100") as terminal:
        terminal.expect("ready")
        wait_until(terminal.is_raw)
        terminal.send("\x03")
        assert terminal.exit_code() == -signal.SIGINT


@test
def control_backslash_and_control_d_work():
    with on_terminal("sh", "-c", "echo ready; ulimit -c 0; exec sleep 100") as terminal:
        terminal.expect("ready")
        wait_until(terminal.is_raw)
        terminal.send("\x1c")
        assert terminal.exit_code() == -signal.SIGQUIT
    with on_terminal("cat") as terminal:
        wait_until(terminal.is_raw)
        terminal.send("line\r\x04")
        terminal.expect("line.*line")
        assert terminal.exit_code() == 0


@test
def flow_control_holds_the_output():
    with on_terminal("sh", "-c", "read x; while :; do echo tick; sleep 0.02; done") as terminal:
        wait_until(terminal.is_raw)
        terminal.send("\r")
        terminal.expect("tick")
        terminal.send("\x13")
        time.sleep(0.3)
        while terminal.read(0.05):
            pass
        terminal.text = ""
        terminal.expect_not("tick", 0.3)
        terminal.send("\x11")
        terminal.expect("tick")


@test
def the_terminal_is_restored_at_the_end():
    with on_terminal("sh", "-c", "stty -echo; echo ready; read x; exit 3") as terminal:
        before = terminal.initial_settings
        terminal.expect("ready")
        wait_until(terminal.is_raw)
        terminal.line("")
        assert terminal.exit_code() == 3
        assert terminal.settings() == before


@test
def the_terminal_is_restored_when_we_are_killed():
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV):
        with on_terminal("sh", "-c", "echo ready; exec sleep 100") as terminal:
            before = terminal.initial_settings
            terminal.expect("ready")
            wait_until(terminal.is_raw)
            os.kill(terminal.pid, number)
            assert terminal.exit_code() == -number
            wait_until(lambda: terminal.settings() == before, what="the old settings")


@test
def a_prompt_without_echo_shows_and_hides():
    with on_terminal("bash", "-c", "read -s -p 'Password: ' x; echo; echo \"${#x} letters\"") as terminal:
        terminal.expect("Password: ")
        terminal.line("opensesame")
        terminal.expect("10 letters")
        assert "opensesame" not in terminal.text
        assert terminal.exit_code() == 0


@test
def output_is_filtered_and_a_prompt_that_begins_like_a_secret_shows():
    with Terminal([DRIVER, "--mask", "sesame-1", "--", "sh", "-c", "echo a sesame-1 b; printf se; read x"]) as terminal:
        terminal.expect(r"a \*\*\* b\r\nse")
        terminal.line("")
        assert terminal.exit_code() == 0


@test
def python_has_its_line_editing():
    with on_terminal("python3", "-q") as terminal:
        terminal.expect(">>> ")
        terminal.line("6 * 7")
        terminal.expect("42\r\n.*>>> ")  # an end of file typed before the prompt is lost as the mode changes
        terminal.send("\x04")
        assert terminal.exit_code() == 0


@test
def less_pages_and_quits():
    with on_terminal("sh", "-c", "seq 1 500 | less") as terminal:
        terminal.expect("23\r?\n?")
        terminal.send("G")
        terminal.expect("500")
        terminal.send("q")
        assert terminal.exit_code() == 0


@test
def vim_edits_a_file_and_survives_a_suspension():
    with tempfile.TemporaryDirectory() as folder, shell() as terminal:
        terminal.command(quoted(driver("vim", "-u", "NONE", "-n", folder + "/text")))
        terminal.expect("New")
        terminal.send("ihello\x1b")
        terminal.expect("hello")
        terminal.send("\x1a")
        terminal.expect("Stopped.*prompt> ")
        terminal.command("fg")
        terminal.expect("hello")
        terminal.send(":wq\r")
        terminal.expect("prompt> ")
        with open(folder + "/text") as file:
            assert file.read() == "hello\n"


@test
def top_redraws_and_quits():
    with on_terminal("top", "-d", "0.2") as terminal:
        terminal.expect("PID.*COMMAND.*PID.*COMMAND|PID.*COMMAND")
        terminal.send("q")
        assert terminal.exit_code() == 0


@test
def ssh_keygen_asks_on_the_terminal():
    with tempfile.TemporaryDirectory() as folder:
        with on_terminal("ssh-keygen", "-q", "-t", "ed25519", "-f", folder + "/key") as terminal:
            for _ in range(2):
                terminal.expect("assphrase.*: ")
                terminal.line("open sesame")
            assert terminal.exit_code() == 0
        assert os.path.exists(folder + "/key.pub")


@test
def git_pages_its_log():
    with tempfile.TemporaryDirectory() as folder:
        git = ["git", "-C", folder, "-c", "user.name=a", "-c", "user.email=a@example.org"]
        run([*git, "init", "-q"])
        for number in range(60):
            run([*git, "commit", "-q", "--allow-empty", "-m", "commit number %d" % number])
        with on_terminal("git", "-C", folder, "log", "--oneline", env={"LESS": "R", "GIT_PAGER": "less"}) as terminal:
            terminal.expect("commit number 59")
            terminal.send("G")
            terminal.expect("commit number 0")
            terminal.send("q")
            assert terminal.exit_code() == 0


@test
def quick_commands_lose_no_last_line():
    with shell() as terminal:
        terminal.command("for i in $(seq 100); do %s \"echo line $i; printf last-$i\"; echo; done; echo all done"
                         % quoted([DRIVER, "--mask", "sesame-1", "--", "sh", "-c"]))
        text = terminal.expect("(.*)all done", timeout=60)[1]
        expected = "".join("line %d\r\nlast-%d\r\n" % (number, number) for number in range(1, 101))
        assert text.replace("\x1b[?2004l\r", "") == expected, text[-300:]


@test
def much_output_arrives_whole_and_unchanged():
    with on_terminal("seq", "1", "200000") as terminal:
        assert terminal.exit_code(60) == 0
        assert terminal.text == "".join("%d\r\n" % number for number in range(1, 200001))


@test
def signals_at_random_moments_leave_no_raw_terminal_and_nobody():
    seed = random.randrange(1 << 30)
    print("seed", seed)
    chance = random.Random(seed)
    for _ in range(60):
        with on_terminal("sleep", "30") as terminal:
            before = terminal.initial_settings
            time.sleep(chance.random() * 0.03)
            number = chance.choice([signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1, signal.SIGKILL])
            os.kill(terminal.pid, number)
            assert terminal.exit_code() == -number
            wait_until(lambda: terminal.settings() == before, what="the old settings")
            session = terminal.pid
        wait_until(lambda: not run(["pgrep", "-s", str(session)]).stdout)


@test
def a_forwarded_signal_arrives_once():
    program = "import signal, time\ncount = 0\ndef add(*_):\n  global count\n  count += 1\n" \
        "for number in (10, 12, 28 + 10): signal.signal(number, add)\nprint('ready')\n" \
        "end = time.time() + 0.6\nwhile time.time() < end: time.sleep(0.01)\nprint('count', count)"
    with on_terminal(sys.executable, "-S", "-c", program) as terminal:
        terminal.expect("ready")
        for number in (10, 12, 28 + 10):
            os.kill(terminal.pid, number)
        terminal.expect("count 3")


@test
def keys_typed_before_the_command_runs_reach_it():
    with tempfile.TemporaryDirectory() as folder:
        script = "read a; read b; echo got $a and $b"
        with Terminal([DRIVER, "--wait-for", folder + "/go", "--", "sh", "-c", script]) as terminal:
            terminal.expect("waiting")
            terminal.send("early\rhalf")
            terminal.expect("early\r\nhalf")
            open(folder + "/go", "w").close()
            wait_until(terminal.is_raw)
            terminal.send(" more\r")
            terminal.expect("got early and half more")
            assert terminal.exit_code() == 0


@test
def keys_that_the_command_did_not_read_go_to_the_shell():
    with tempfile.TemporaryDirectory() as folder, shell() as terminal:
        terminal.command(quoted(driver("sh", "-c", "echo ready; until test -e %s/go; do sleep 0.02; done" % folder)))
        terminal.expect("ready\r")
        wait_until(terminal.is_raw)
        terminal.send("echo $((6 * 7)) from the shell\rec")
        terminal.expect("shell\r\nec")
        open(folder + "/go", "w").close()
        if can_put_keys_back():
            terminal.expect("42 from the shell.*prompt> ec")
            terminal.line("ho done-$((1 + 1))")
            terminal.expect("done-2")
        else:
            terminal.expect("prompt> ")


def can_put_keys_back():
    try:
        with open("/proc/sys/dev/tty/legacy_tiocsti") as file:
            return file.read().strip() == "1" or os.geteuid() == 0
    except FileNotFoundError:
        return True  # kernels before 6.2 always allow it


# Job control


@test
def what_was_written_before_a_stop_shows_before_the_shell_speaks():
    with shell() as terminal:
        for _ in range(20):
            terminal.command(quoted(driver("sh", "-c", "seq 300; kill -STOP $$")))
            text = terminal.expect("(.*)Stopped.*prompt> ")[1]
            assert "\r\n300\r\n" in text, text[-200:]
            terminal.command("kill -KILL %%; wait %%")
            terminal.expect("prompt> ")


@test
def control_z_stops_both_and_fg_goes_on():
    with shell() as terminal:
        terminal.command(quoted(driver("sh", "-c", "echo ready; read x; echo got $x")))
        terminal.expect("ready\r")
        time.sleep(0.05)
        terminal.send("\x1a")
        terminal.expect("Stopped.*prompt> ")
        terminal.command("fg")
        terminal.expect("read x")
        time.sleep(0.1)
        terminal.line("again")
        terminal.expect("got again")
        terminal.expect("prompt> ")
        terminal.command("echo status $?")
        terminal.expect("status 0")


@test
def bg_lets_it_run_and_fg_brings_it_back():
    with shell() as terminal:
        terminal.command(quoted(driver("sh", "-c", "echo ready; sleep 1; echo slept; read x; echo got $x")))
        terminal.expect("ready\r")
        time.sleep(0.05)
        terminal.send("\x1a")
        terminal.expect("Stopped.*prompt> ")
        terminal.command("bg")
        terminal.expect("slept")
        # It reads now: the shell has to see it stopped by SIGTTIN.
        terminal.line("")
        wait_until(lambda: (terminal.line("jobs"), terminal.read(0.1), "Stopped" in terminal.text)[2])
        terminal.command("fg")
        time.sleep(0.2)
        terminal.line("later")
        terminal.expect("got later")


@test
def started_in_the_background_it_leaves_the_terminal_alone():
    with shell() as terminal:
        before = terminal.initial_settings
        terminal.command(quoted(driver("sh", "-c", "echo out; sleep 0.4; echo end; exit 5")) + " &")
        terminal.expect("out")
        terminal.command("echo still $((1+1))")
        terminal.expect("still 2")
        terminal.expect("end")
        terminal.command("wait %1; echo status $?")
        terminal.expect("status 5")


@test
def a_background_command_that_reads_stops_and_fg_gives_it_the_terminal():
    with shell() as terminal:
        terminal.command(quoted(driver("sh", "-c", "read x; echo got $x")) + " &")
        terminal.expect("prompt> ")
        wait_until(lambda: (terminal.line("jobs"), terminal.read(0.1), "Stopped" in terminal.text)[2])
        terminal.command("fg")
        time.sleep(0.2)
        terminal.line("word")
        terminal.expect("got word")


@test
def fg_of_a_running_background_command_hands_over_the_keyboard():
    with shell() as terminal:
        terminal.command(quoted(driver("sh", "-c", "echo out; exec sleep 100")) + " &")
        terminal.expect("out")
        terminal.command("fg")
        terminal.expect("sleep 100")
        time.sleep(0.1)
        terminal.send("\x03")
        terminal.expect("prompt> ")
        terminal.command("echo status $?")
        terminal.expect("status 130")


@test
def a_stop_of_the_command_alone_is_seen_and_its_continuation_too():
    with tempfile.TemporaryDirectory() as folder, shell() as terminal:
        script = "echo $$ > %s/pid; echo ready; until test -e %s/go; do sleep 0.02; done; echo goes on" % (folder, folder)
        terminal.command(quoted(driver("sh", "-c", script)))
        terminal.expect("ready\r")
        pid = int(open(folder + "/pid").read())
        os.kill(pid, signal.SIGSTOP)
        terminal.expect("Stopped.*prompt> ")
        os.kill(pid, signal.SIGCONT)
        open(folder + "/go", "w").close()
        terminal.expect("goes on")


@test
def a_shell_inside_has_its_own_job_control():
    with on_terminal("bash", "--norc", "--noprofile", "-i") as terminal:
        terminal.expect("prompt> ")
        terminal.line("sleep 100")
        time.sleep(0.2)
        terminal.send("\x1a")
        terminal.expect("Stopped.*prompt> ")
        terminal.line("jobs")
        terminal.expect(r"\[1\].*Stopped.*sleep 100")
        terminal.command("fg")
        terminal.expect("sleep 100")
        time.sleep(0.1)
        terminal.send("\x03")
        terminal.expect("prompt> ")
        terminal.line("exit 4")
        assert terminal.exit_code() == 4


@test
def a_hang_up_reaches_the_command():
    with tempfile.TemporaryDirectory() as folder:
        script = "trap 'echo hup > %s/hup; exit 9' HUP; echo $$ > %s/pid; echo ready; while :; do sleep 0.05; done"
        with on_terminal("sh", "-c", script % (folder, folder)) as terminal:
            terminal.expect("ready")
            wait_until(terminal.is_raw)
            pid = int(open(folder + "/pid").read())
            terminal.hang_up()
            wait_until(lambda: os.path.exists(folder + "/hup"))
            assert terminal.exit_code() == 9
            wait_until(lambda: state_of(pid) is None)


@test
def a_hang_up_of_a_shell_reaches_the_command_and_nohup_keeps_it():
    for prefix, reached in ("", True), ("nohup ", False):
        with tempfile.TemporaryDirectory() as folder, shell() as terminal:
            script = "echo $$ > %s/pid; echo ready; sleep 1; echo done > %s/done" % (folder, folder)
            terminal.command("cd " + folder + "; " + prefix + quoted(driver("sh", "-c", script)))
            wait_until(lambda: os.path.exists(folder + "/pid") and open(folder + "/pid").read())
            pid = int(open(folder + "/pid").read())
            time.sleep(0.2)
            terminal.hang_up()
            terminal.wait()
            wait_until(lambda: state_of(pid) in (None, "Z"))
            assert os.path.exists(folder + "/done") != reached, prefix


@test
def what_the_command_leaves_behind_is_not_hung_up():
    with tempfile.TemporaryDirectory() as folder:
        script = "sh -c 'sleep 1; echo late; echo done > %s/done' & echo $! > %s/pid; echo first" % (folder, folder)
        with on_terminal("sh", "-c", script) as terminal:
            before = terminal.initial_settings
            assert terminal.exit_code() == 0
            assert "first" in terminal.text
            assert terminal.settings() == before
            wait_until(lambda: os.path.exists(folder + "/done"), what="the descendant's end")
            if "late" not in terminal.text:
                terminal.expect("late")


@test
def a_quiet_descendant_survives_the_end_of_the_session():
    with tempfile.TemporaryDirectory() as folder:
        script = "sh -c 'sleep 0.7; echo done > %s/done' < /dev/null > /dev/null 2>&1 & exit 0" % folder
        with on_terminal("sh", "-c", script) as terminal:
            assert terminal.exit_code() == 0
            wait_until(lambda: os.path.exists(folder + "/done"), what="the descendant's end")


# Terminals without a session


@test
def output_to_a_pager_keeps_the_keyboard_with_the_pager():
    with shell() as terminal:
        terminal.command(quoted(driver("seq", "1", "500")) + " | less")
        terminal.expect("23")
        terminal.send("G")
        terminal.expect("500")
        terminal.send("q")
        terminal.expect("prompt> ")


@test
def control_c_in_a_pipeline_ends_the_command_once():
    with tempfile.TemporaryDirectory() as folder, shell() as terminal:
        script = "trap 'echo int >> %s/count' INT; echo ready >&2; sleep 1; exit 3" % folder
        terminal.command(quoted(driver("bash", "-c", script)) + " | cat; echo status ${PIPESTATUS[0]}")
        terminal.expect("ready\r")
        time.sleep(0.1)
        terminal.send("\x03")
        wait_until(lambda: os.path.exists(folder + "/count"))
        time.sleep(0.3)
        assert open(folder + "/count").read() == "int\n"


@test
def control_z_in_a_pipeline_stops_all_and_fg_and_bg_go_on():
    with shell() as terminal:
        script = "echo ready >&2; sleep 0.5; echo done; sleep 0.5; read x < /dev/tty; echo got $x"
        terminal.command(quoted(driver("sh", "-c", script)) + " | cat")
        terminal.expect("ready\r")
        time.sleep(0.1)
        terminal.send("\x1a")
        terminal.expect("Stopped.*prompt> ")
        terminal.command("bg")
        terminal.expect("done\r")
        wait_until(lambda: (terminal.line("jobs"), terminal.read(0.1), "Stopped" in terminal.text)[2])
        terminal.command("fg")
        time.sleep(0.2)
        terminal.line("word")
        terminal.expect("got word")
        terminal.expect("prompt> ")


@test
def with_stdin_from_a_pipe_the_output_is_still_a_terminal():
    with shell() as terminal:
        terminal.command("echo in | " + quoted(driver("sh", "-c", "cat; test -t 1 && echo terminal; tty < /dev/tty")))
        terminal.expect("in\r\n")
        terminal.expect("terminal\r\n")
        terminal.expect("/dev/tty")


@test
def always_makes_a_terminal_where_there_is_none():
    words = [DRIVER, "--pty", "always", "--", "sh", "-c", "test -t 0 && test -t 1 && echo yes; cat"]
    result = run(words, input=b"text\n")
    assert result.stdout == b"yes\ntext\n", result.stdout


@test
def always_with_a_pager_keeps_lines_apart_on_our_terminal():
    with shell() as terminal:
        words = [DRIVER, "--pty", "always", "--", "sh", "-c", "echo one >&2; echo two >&2; test -t 1 && echo out"]
        terminal.command(quoted(words) + " | cat")
        text = terminal.expect("(.*)prompt> ")[1]
        assert "one\r\ntwo\r\n" in text and "out\r\n" in text, text


@test
def never_makes_pipes():
    words = [DRIVER, "--pty", "never", "--", "sh", "-c", "test -t 1 || echo pipe"]
    with Terminal(words) as terminal:
        terminal.expect("pipe")
        assert terminal.exit_code() == 0


main()
