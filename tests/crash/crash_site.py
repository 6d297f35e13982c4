"""A throwaway site whose deliveries are disturbed: makes it, lets it recover, and says what has become of the mail."""

import os
import pathlib
import re
import shutil
import subprocess

from peer import Peer

programs = pathlib.Path(os.environ["BIN"])
# More than one write of 64 KiB, and a line that looks like what stands around a message in the spool.
message = b"Subject: whole\n\n" + b"".join(b"%05d line of the text\n" % i for i in range(3500)) + b"-- end\n"
added = re.compile(rb"(?:Return-Path: [^\n]*\n)?(?:Delivered-To: [^\n]*\n)*(?:Received: [^\n]*\n(?:[\t ][^\n]*\n)*)*")


class Site:
    """Domain example.test with alice and bob; nothing can be sent to far.test, which turns out after it was taken."""

    damaged = "a damaged message, which the check finds and puts aside"

    def __init__(self, path, root):
        self.path, self.root, self.peer, self.refusing, self.warned = pathlib.Path(path), root, None, False, False
        self.spool = self.path / "spool"
        self.path.mkdir(mode=0o755)
        for name in "0123456789abcdef":
            (self.spool / "queue" / name).mkdir(parents=True)
        (self.path / "domains").write_text("example.test\n")
        (self.path / "routes").write_text("far.test 127.0.0.1\n")
        # As root each mailbox has an owner, and so its process.
        owners = {"alice": 65533, "bob": 65534} if root else dict.fromkeys(("alice", "bob"), os.geteuid() or 65534)
        for name, owner in owners.items():
            (self.path / name).mkdir()
            if os.geteuid() == 0:
                os.chown(self.path / name, owner, owner)
        self.path.joinpath("users").write_text(
            "".join(f"{name}:*:{owner}:{owner}::{self.path}/{name}::\n" for name, owner in owners.items())
        )
        keys = "".join(f"{key} = {self.path}/{key}\n" for key in ("spool", "domains", "users", "routes"))
        fixed = f"hostname = mx.example.test\npostmaster = alice\nroot-login = yes\nlibexec = {programs}\nrelay-by-mx = no\n"
        (self.path / "tubepost.conf").write_text(keys + fixed + f"aliases = {self.path}/none\n")
        if not root and os.geteuid() == 0:
            for each in [self.path, *self.path.rglob("*")]:
                os.chown(each, 65534, 65534)

    def close_routes(self):
        (self.path / "routes").write_text("far.test .\n")

    def refuse_routes(self):
        """For now: it turns out at the recovery that they lead nowhere."""
        (self.path / "routes").write_text("far.test 127.0.0.1:1\n")
        self.refusing = True

    def open_routes(self):
        """To a host that takes everything; as root another user speaks with it."""
        self.peer = Peer()
        (self.path / "routes").write_text(f"far.test 127.0.0.1:{self.peer.server_address[1]}\n")
        with open(self.path / "tubepost.conf", "a") as configuration:
            configuration.write("timeout = 5\n" + ("smtpd-user = nobody\n" if self.root else ""))

    def run(self, arguments, text=b"", **environment):
        """Runs a program of the site as the user it is for."""
        user = {} if self.root or os.geteuid() != 0 else {"user": 65534, "group": 65534, "extra_groups": []}
        surroundings = {**os.environ, "TUBEPOST_CONF": str(self.path / "tubepost.conf"), **environment}
        return subprocess.run(
            arguments, input=text, capture_output=True, cwd=self.path, env=surroundings, timeout=20, check=False, **user
        )

    def queue(self):
        return [each for each in self.spool.glob("queue/?/*.*.*") if each.is_file()]

    def wait_no_more(self):
        """All that was deferred is due, and goes where it goes for good."""
        if self.refusing:
            self.close_routes()
        for each in self.queue():
            # It says that its sender has been told of the delay.
            self.warned = self.warned or b"\nto: late <" in each.read_bytes().split(b"\n\n", 1)[0]
            each.rename(each.with_name("0000000001" + each.name[10:]))

    def recover(self):
        """What an operator does after a crash: the runner once more, until all that was deferred has been tried."""
        for _ in range(5):
            self.wait_no_more()
            waiting = self.queue()
            done = self.run([programs / "smtp-send", "--once"])
            # Nothing more to do, or nothing that another try would change.
            if done.returncode == 0 and self.queue() in ([], waiting):
                break
        checked = self.run([programs / "spool", "check"])
        # A writer that died before it had locked its file leaves an empty one, which goes after an hour.
        unborn = [each for each in self.queue() if each.stat().st_size == 0]
        if unborn and checked.stdout.endswith(b" damaged or incomplete, %d being written\n" % len(unborn)):
            for each in unborn:
                each.unlink()
            checked = self.run([programs / "spool", "check"])
        last = checked.stdout.splitlines()[-1:]
        if last == [b"0 messages, 0 damaged or incomplete"]:
            return ""
        mended = self.run([programs / "spool", "check", "--repair"])
        again = self.run([programs / "spool", "check"])
        # Each cut may leave one.
        damaged = re.search(rb"^(\d+) messages, \1 damaged or incomplete, \1 moved to damaged/$", mended.stdout, re.M)
        if damaged and again.stdout == b"0 messages, 0 damaged or incomplete\n":
            return self.damaged
        return f"recovery leaves {checked.stdout!r}, runner says {done.stderr[-300:]!r}"

    def mail(self, user):
        return [each.read_bytes() for each in sorted(self.path.glob(f"{user}/Maildir/new/*"))]

    def remove(self):
        if self.peer:
            self.peer.close()
        shutil.rmtree(self.path)


def is_message(text):
    return text[added.match(text).end():] == message


def is_bounce(text):
    return b"From: Mail Delivery" in text or b"report-type=delivery-status" in text
