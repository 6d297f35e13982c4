#!/usr/bin/env python3
"""Servers as they are shipped, taken over before a login, one layer of their confinement after the other.

With no layer every attempt must come off, else it shows nothing; with all of them none may. What each layer does alone
is printed, and must be what is written here.
"""

import os
import pathlib
import pwd
import select
import signal
import socket
import subprocess
import sys
import time

programs, site = pathlib.Path(os.environ["BIN"]), pathlib.Path(os.environ["SITE"])
report = site / "report"
layers = ("uid", "landlock", "seccomp")
bucket = site / "spool/queue/0"
queued = bucket / "0065000000.0123456789abc.example.test"

# attempt: which layers stop it for a talker, a receiver and a caller (lib/proc/role.hpp)
attempts = {
    "users": ("uls", "ul", "ul"),
    "mailbox": ("uls", "ul", "ul"),
    "key": ("uls", "ul", "ul"),
    "shadow": ("uls", "ul", "ul"),
    "queued": ("uls", "u", "ul"),
    "remove": ("uls", "u", "uls"),
    "list": ("uls", "s", "l"),
    "create": ("ls", "l", "ls"),
    "exec": ("ls", "ls", "ls"),
    "fork": ("s", "s", "s"),
    "connect": ("ls", "ls", ""),
    "bind": ("ls", "ls", "l"),
    "ptrace": ("uls", "uls", "uls"),
    "kill": ("uls", "uls", "uls"),
    "mem": ("uls", "ul", "ul"),
    "vm": ("uls", "uls", "uls"),
    "root": ("us", "us", "us"),
    "unshare": ("s", "s", "s"),
    "keyring": ("s", "s", "s"),
    "code": ("s", "s", "s"),
}
roles = {"pop3d": 0, "imapd": 0, "tls-wrap": 0, "smtpd": 1, "smtp-send": 2}
arguments = {"smtpd": ["--smtpd-user=daemon"], "tls-wrap": ["--implicit", "--", "/bin/cat"]}


def prepare():
    """Everything as it is installed."""
    site.chmod(0o755)
    report.touch()
    (site / "program").write_text("no program")
    (site / "program").chmod(0o755)
    (site / "public").mkdir()
    (site / "public").chmod(0o1777)
    mail = site / "alice/Maildir/new/1"
    mail.parent.mkdir(parents=True)
    for file in (mail, site / "key.pem", site / "users"):
        file.touch()
        file.chmod(0o600)
    if os.geteuid() == 0:
        for directory, mode in ((site / "spool", 0o750), (site / "spool/queue", 0o750), *((d, 0o3770) for d in (site / "spool/queue").iterdir())):
            os.chown(directory, 0, pwd.getpwnam("daemon").pw_gid)
            directory.chmod(mode)


def environment(without, port):
    return {**os.environ, "LD_PRELOAD": os.environ["INTRUDER"], "INTRUDER_REPORT": str(report), "INTRUDER_WITHOUT": ",".join(without),
            "INTRUDER_USERS": str(site / "users"), "INTRUDER_MAIL": str(site / "alice/Maildir/new/1"), "INTRUDER_KEY": str(site / "key.pem"),
            "INTRUDER_QUEUED": str(queued), "INTRUDER_BUCKET": str(bucket), "INTRUDER_NEW": str(site / "public/new"),
            "INTRUDER_PROGRAM": str(site / "program"), "INTRUDER_PORT": str(port)}


def serve(name, without):
    """A listening server; its process and its port."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=50)
    port = listening.getsockname()[1]
    pid = os.fork()
    if pid == 0:
        os.dup2(listening.fileno(), 3)
        os.set_inheritable(3, True)
        log = os.open(site / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(log, 2)
        variables = environment(without, port) | {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
        os.execve(programs / name, [name, *arguments.get(name, [])], variables)
    listening.close()
    return pid, port


def outcome():
    """What the report says: "done", an error, or the signal that ended the intruder."""
    end = time.monotonic() + 20
    while not (lines := report.read_text().splitlines()):
        if time.monotonic() > end:
            sys.exit("nothing is heard of the attempt")
        select.select([], [], [], 0.002)
    report.write_text("")
    return lines[0].split()[1]


def lay_out():
    (site / "public/new").unlink(missing_ok=True)
    queued.write_text("a message of somebody else")
    queued.chmod(0o600)


def calls(without):
    """What came of each attempt, made in a server that is called."""
    server = sys.argv[1]
    pid, port = serve(server, without)
    try:
        for name in attempts:
            lay_out()
            text = f"NOOP INTRUDER:{name};\r\n".encode()
            with socket.create_connection(("127.0.0.1", port), 20) as connection:
                connection.sendall(b"\x16\x03\x01" + len(text).to_bytes(2, "big") + text if server == "tls-wrap" else text)
                yield name, outcome()
    finally:
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)


def is_called(without):
    """The same in smtp-send, which calls here."""
    for name in attempts:
        lay_out()
        # One for each: an intruder who may call comes here as well.
        with socket.create_server(("127.0.0.1", 0)) as listening:
            listening.settimeout(20)
            port = listening.getsockname()[1]
            command = [programs / "smtp-send", "--smtpd-user=daemon", "--from=a@b.test", "--to=b@far.test", f"--host=127.0.0.1:{port}"]
            with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment(without, port)) as sender:
                sender.stdin.write(b"Subject: x\n\nx\n")
                sender.stdin.close()
                with listening.accept()[0] as connection:
                    connection.sendall(f"220 INTRUDER:{name};\r\n".encode())
                    found = outcome()
            report.write_text("")
            yield name, found


def main():
    prepare()
    expected = {name: of_roles[roles[sys.argv[1]]] for name, of_roles in attempts.items()}
    try_all = is_called if sys.argv[1] == "smtp-send" else calls
    columns = {"all": dict(try_all(()))}
    if os.geteuid() == 0:
        columns |= {"none": dict(try_all(layers))} | {one: dict(try_all([layer for layer in layers if layer != one])) for one in layers}
    print(f"{sys.argv[1]:9}", *(f"{column:9}" for column in columns))
    wrong = 0
    for name, stopped_by in expected.items():
        # Without root there is one user, and no layer of that kind.
        come_off = {"all": not (stopped_by if os.geteuid() == 0 else stopped_by.strip("u")), "none": True} | {layer: layer[0] not in stopped_by for layer in layers}
        right = all((found[name] == "done") == come_off[column] for column, found in columns.items())
        print(f"{name:9}", *(f"{found[name]:9}" for found in columns.values()), "" if right else f"<- expected: {stopped_by}")
        wrong += not right
    sys.exit(1 if wrong else 0)


main()
