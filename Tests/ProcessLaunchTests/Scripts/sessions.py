"""The command under what people use: tmux, expect, dash. What shows is what shows without us."""

import shutil

from support import *


def needs(program):
    def decorate(function):
        def skipping():
            if shutil.which(program):
                function()
            else:
                print("skipped: no %s here" % program)
        skipping.__name__ = function.__name__
        return test(skipping)
    return decorate


class Tmux:
    """A server of its own with one window that runs `words`."""

    def __init__(self, words, size=(24, 80)):
        self.folder = tempfile.mkdtemp(prefix="ws-tmux-")
        rows, columns = size
        environment = dict(os.environ, TERM="xterm-256color", PS1="prompt> ", HISTFILE="", SHELL="/bin/sh")
        environment.pop("TMUX", None)
        self.environment = environment
        config = self.folder + "/config"
        with open(config, "w") as file:
            file.write("set -g remain-on-exit on\nset -g status off\nset -g default-terminal screen\n")
        self("-f", config, "new-session", "-d", "-s", "test", "-x", str(columns), "-y", str(rows), quoted(words))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self("kill-server", check=False)
        shutil.rmtree(self.folder)

    def __call__(self, *words, check=True):
        result = run(["tmux", "-S", self.folder + "/socket", *words], env=self.environment)
        assert not check or result.returncode == 0, result
        return result.stdout.decode()

    def keys(self, *keys):
        self("send-keys", "-t", "test", *keys)

    def screen(self, colours=False):
        return self("capture-pane", "-p", *(["-e"] if colours else []), "-t", "test")

    def expect(self, pattern):
        try:
            return wait_until(lambda: re.search(pattern, self.screen(), re.DOTALL))
        except AssertionError:
            raise AssertionError("no %r in %r" % (pattern, self.screen())) from None

    def settled(self, colours=False):
        """The screen once it has been the same for a while: programs draw it in several steps."""
        last, count = None, 0
        for _ in range(400):
            now = self.screen(colours)
            last, count = now, count + 1 if now == last else 0
            if count == 8:
                return now
            time.sleep(0.03)
        raise AssertionError("the screen never rests: %r" % last)

    def resize(self, rows, columns):
        self("resize-window", "-t", "test", "-x", str(columns), "-y", str(rows))


@needs("tmux")
def full_screen_programs_look_the_same_in_tmux_and_follow_its_size():
    with tempfile.TemporaryDirectory() as folder:
        with open(folder + "/text", "w") as file:
            file.write("".join("line %d with a \x1b[31mword\x1b[0m in it\n" % number for number in range(1, 200)))
        for words in (["less", "-R", folder + "/text"], ["vim", "-u", "NONE", "-n", "-R", folder + "/text"],
                      ["python3", "-q"]):
            screens = []
            for command in (words, driver(*words)):
                with Tmux(command) as tmux:
                    tmux.expect("line 1 |>>>")
                    seen = [tmux.settled(colours=True)]
                    tmux.resize(10, 50)
                    seen.append(tmux.settled())
                    if words[0] != "python3":
                        tmux.keys("G")
                        tmux.expect("line 199")
                    else:
                        tmux.keys("1 + 1", "Enter")
                        tmux.expect("\n2\n")
                    seen.append(tmux.settled())
                    screens.append(seen)
            assert screens[0] == screens[1], words


@needs("tmux")
def a_window_that_is_closed_hangs_the_command_up():
    with tempfile.TemporaryDirectory() as folder:
        script = "trap 'echo hup > %s/hup; exit' HUP; echo $$ > %s/pid; echo ready; while :; do sleep 0.02; done"
        with Tmux(driver("sh", "-c", script % (folder, folder))) as tmux:
            tmux.expect("ready")
            pid = int(open(folder + "/pid").read())
            tmux("kill-session", "-t", "test")
        wait_until(lambda: os.path.exists(folder + "/hup"))
        wait_until(lambda: state_of(pid) in (None, "Z"))


@needs("tmux")
def bash_in_tmux_suspends_and_brings_back():
    with Tmux(["bash", "--norc", "--noprofile", "-i"]) as tmux:
        tmux.expect("prompt>")
        tmux.keys(quoted(driver("vim", "-u", "NONE", "-n")), "Enter")
        tmux.expect("~\n~")
        tmux.keys("ihello there", "Escape")
        tmux.expect("hello there")
        tmux.keys("C-z")
        tmux.expect("Stopped.*prompt>")
        tmux.resize(12, 60)
        tmux.keys("fg", "Enter")
        tmux.expect("hello there\n~")
        tmux.keys(":set lines? columns?", "Enter")
        tmux.expect("lines=12.*columns=60")
        tmux.keys("Enter", ":q!", "Enter")
        tmux.keys("echo status-$?", "Enter")
        tmux.expect("status-0")


@test
def dash_has_job_control_over_us_and_under_us():
    with Terminal(["dash", "-i"], env={"ENV": ""}) as terminal:
        terminal.expect("prompt> ")
        terminal.command(quoted(driver("sh", "-c", "echo ready; read x; echo got $x")))
        terminal.expect("ready\r")
        wait_until(terminal.is_raw)
        terminal.send("\x1a")
        terminal.expect("Stopped.*prompt> ")
        terminal.command("fg")
        wait_until(terminal.is_raw)
        terminal.line("word")
        terminal.expect("got word.*prompt> ")
    with Terminal(driver("dash", "-i"), env={"ENV": ""}) as terminal:
        terminal.expect("prompt> ")
        terminal.command("sh -c 'echo ready; read x; echo got $x'")
        terminal.expect("ready\r")
        terminal.send("\x1a")
        terminal.expect("Stopped.*prompt> ")
        terminal.command("fg")
        terminal.line("word")
        terminal.expect("got word.*prompt> ")
        terminal.line("exit 4")
        assert terminal.exit_code() == 4


@test
def stty_shows_what_it_shows_without_us():
    shown = []
    for words in (["stty", "-a"], driver("stty", "-a")):
        with Terminal(words, size=(31, 97)) as terminal:
            assert terminal.exit_code() == 0
            shown.append(terminal.text)
    assert shown[0] == shown[1], shown


@needs("expect")
def expect_talks_to_prompts_through_us():
    script = """
        set timeout 20
        spawn -noecho %s -- bash -c {read -s -p "Password: " x; echo; echo "${#x} letters"; exit 5}
        expect "Password: " { send "open sesame\\r" } timeout { exit 90 }
        expect "11 letters" {} timeout { exit 91 }
        expect eof
        exit [lindex [wait] 3]
    """
    result = run(["expect", "-c", script % DRIVER])
    assert result.returncode == 5 and b"sesame" not in result.stdout, result
    with tempfile.TemporaryDirectory() as folder:
        script = """
            set timeout 20
            spawn -noecho %s -- ssh-keygen -q -t ed25519 -f %s/key
            expect "assphrase" { send "open sesame\\r" } timeout { exit 90 }
            expect "again" { send "open sesame\\r" } timeout { exit 91 }
            expect eof
            exit [lindex [wait] 3]
        """
        result = run(["expect", "-c", script % (DRIVER, folder)])
        assert result.returncode == 0 and os.path.exists(folder + "/key.pub"), result


main()
