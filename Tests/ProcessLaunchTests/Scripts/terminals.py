"""The command on a terminal: full-screen programs, prompts, sizes, job control, hang-up, restoring."""

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
        before = terminal.settings()
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
        before = terminal.settings()
        terminal.expect("ready")
        wait_until(terminal.is_raw)
        terminal.line("")
        assert terminal.exit_code() == 3
        assert terminal.settings() == before


@test
def the_terminal_is_restored_when_we_are_killed():
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV):
        with on_terminal("sh", "-c", "echo ready; exec sleep 100") as terminal:
            before = terminal.settings()
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
        terminal.expect("42")
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


# Job control


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
        before = terminal.settings()
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
def what_the_command_leaves_behind_is_not_hung_up():
    with tempfile.TemporaryDirectory() as folder:
        script = "sh -c 'sleep 1; echo late; echo done > %s/done' & echo $! > %s/pid; echo first" % (folder, folder)
        with on_terminal("sh", "-c", script) as terminal:
            before = terminal.settings()
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
def never_makes_pipes():
    words = [DRIVER, "--pty", "never", "--", "sh", "-c", "test -t 1 || echo pipe"]
    with Terminal(words) as terminal:
        terminal.expect("pipe")
        assert terminal.exit_code() == 0


main()
