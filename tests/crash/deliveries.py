"""The deliveries that are disturbed, and what must be true of each afterwards."""

import collections
import os
import re

from crash_site import Site, is_bounce, is_message, message, programs

tracer = programs.parent / "crash_tracer"
errors = {"EINTR": 4, "EIO": 5, "ENOSPC": 28}
Result = collections.namedtuple(
    "Result", "acknowledged trouble duplicates bounced reached seconds damaged crashes", defaults=(0, 0, True, 0, 0, 1)
)


def dialogue(greeting):
    text = message.replace(b"\n", b"\r\n")
    return greeting + b"\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\n" + text + b".\r\nQUIT\r\n"


class Intake:
    """A message comes in: whoever was told that it is safe finds it in the mailbox."""

    acknowledges_first = False
    queues_copies = False

    def __init__(self, arguments, text, told, copies=1, **environment):
        self.arguments, self.text, self.told, self.copies = arguments, text, told, copies
        self.environment = environment

    def prepare(self, site):
        pass

    def acknowledged(self, done):
        return self.told(done)

    def judge(self, site, acknowledged, may_repeat, again=0):
        mail = site.mail("bob")
        if any(not is_message(each) for each in mail):
            return "what was delivered is not what was sent"
        if acknowledged and not mail:
            return "acknowledged and lost"
        # Only a second crash, of the runner that delivers it, may do that.
        if len(mail) > 1 + again:
            return "twice"
        return Result(acknowledged, "", max(len(mail) - 1, 0))


class Sending:
    """A message waits: after the runner was disturbed each recipient has it, or its sender hears of it."""

    acknowledges_first = True
    # Of a message that stays until they are safe.
    queues_copies = False

    arguments, text, environment = ["smtp-send", "--once"], b"", {}

    def __init__(self, recipients, bounces, deferred=False):
        self.recipients, self.bounces, self.deferred = recipients, bounces, deferred

    def prepare(self, site):
        put = site.run([programs / "spool-put", "-f", "alice@example.test", *self.recipients], message)
        assert put.returncode == 0, put
        if self.deferred:
            site.refuse_routes()
        else:
            site.close_routes()

    def acknowledged(self, done):
        return True

    def judge(self, site, acknowledged, may_repeat, again=0):
        alice, bob = site.mail("alice"), site.mail("bob")
        notices = [each for each in alice if is_bounce(each)]
        if any(not is_message(each) for each in bob + [each for each in alice if each not in notices]):
            return "what was delivered is not what was sent"
        bounced = sum(b"far.test" in each for each in notices)
        counts = [len(bob), len(alice) - len(notices)] if not self.bounces else [len(bob), bounced]
        others = len(notices) - bounced
        if 0 in counts and not others:
            return f"lost: copies {counts}"
        repeated = sum(count - 1 for count in counts if count > 1)
        if repeated > may_repeat + again:
            return f"{counts} copies, and no crash between a delivery and its record"
        return Result(True, "", repeated, others)


class Forwarding(Sending):
    """The recipient's home keeps the message and sends it on to alice. What is noted between the two is not synced."""

    queues_copies = True

    def __init__(self):
        super().__init__(["bob@example.test"], bounces=False)

    def prepare(self, site):
        super().prepare(site)
        home = site.path / "bob"
        forward = home / ".forward"
        forward.write_text("\\bob, alice@example.test\n")
        os.chown(forward, home.stat().st_uid, home.stat().st_gid)

    def judge(self, site, acknowledged, may_repeat, again=0):
        return super().judge(site, acknowledged, may_repeat, again + bool(may_repeat))


class Relaying(Sending):
    """One recipient is here, the other at a host that takes everything."""

    recipients = ["bob@example.test", "x@far.test"]

    def __init__(self):
        pass

    def prepare(self, site):
        put = site.run([programs / "spool-put", "-f", "alice@example.test", *self.recipients], message)
        assert put.returncode == 0, put
        site.open_routes()

    def judge(self, site, acknowledged, may_repeat, again=0):
        bob, peer, notices = site.mail("bob"), site.peer.taken, site.mail("alice")
        if any(not is_message(each) for each in bob + peer):
            return "what was delivered is not what was sent"
        counts = [len(bob), len(peer)]
        if 0 in counts and not any(is_bounce(each) for each in notices):
            return f"lost: copies {counts}"
        repeated = sum(count - 1 for count in counts if count > 1)
        if repeated > may_repeat + again:
            return f"{counts} copies, and no crash between a delivery and its record"
        return Result(True, "", repeated, len(notices))


class Expanding(Relaying):
    """One address stands for both: a message for the other host takes its place."""

    queues_copies = True
    recipients = ["team@example.test"]

    def prepare(self, site):
        (site.path / "none").write_text("team: bob, x@far.test\n")
        super().prepare(site)

    def judge(self, site, acknowledged, may_repeat, again=0):
        return super().judge(site, acknowledged, 2 * may_repeat, 2 * again)


def noticed(mail, action):
    """How often a recipient is told of so, at most: two that have turns of their own are told of in two reports."""
    parts = [part for each in mail if is_bounce(each) for part in each.split(b"\n\n") if b"\nAction: " + action in b"\n" + part]
    return max(collections.Counter(re.search(rb"^Final-Recipient: (.*)$", part, re.M)[1] for part in parts).values(), default=0)


class Warned(Sending):
    """A message waits for too long: its sender hears so, at the recovery that it came to nothing."""

    recipients, age, wish, deferred = ["bob@example.test", "x@far.test"], 20_000, b"", True

    def __init__(self):
        pass

    def prepare(self, site):
        super().prepare(site)
        (waiting,) = site.queue()
        head, rest = waiting.read_bytes().split(b"\n\n", 1)
        came = int(re.search(rb"^received: (\d+)", head, re.M)[1])
        head = head.replace(b"received: %d" % came, b"received: %d" % (came - self.age))
        waiting.write_bytes(head.replace(b"<bob@example.test>", b"<bob@example.test>" + self.wish) + b"\n\n" + rest)

    def judge(self, site, acknowledged, may_repeat, again=0):
        alice, bob = site.mail("alice"), site.mail("bob")
        if any(not is_message(each) for each in bob) or any(not is_bounce(each) for each in alice):
            return "what was delivered is not what was sent"
        failures, told = noticed(alice, b"failed"), noticed(alice, self.action)
        if not bob or not failures or told < self.least(site):
            return f"lost: {len(bob)} copies, {failures} reports of failure, {told} of {self.action.decode()}"
        repeated = len(bob) - 1 + self.repeated(failures, told)
        if repeated > may_repeat + again:
            return f"{len(bob)} copies, {failures} + {told} reports, and no crash between a delivery and its record"
        return Result(True, "", repeated)

    def repeated(self, failures, told):
        return failures - 1 + max(told - 1, 0)

    action = b"delayed"

    def least(self, site):
        """None where the message has failed before anybody could be warned."""
        return int(site.warned)


class Confirmed(Warned):
    """One recipient is here and its sender wants to hear of it; the other waits."""

    def repeated(self, failures, told):
        """One report may tell of both."""
        return max(failures, told) - 1

    action, age, wish = b"delivered", 0, b" NOTIFY=SUCCESS,FAILURE"

    def least(self, site):
        return 1


def by_exit(done):
    return done.returncode == 0


def by_reply(done):
    return b"250 2.0.0 queued" in done.stdout


def by_lmtp_reply(done):
    return done.stdout.count(b"\r\n250 2") >= 3


envelope = {"SENDER": "a@b.test", "RECIPIENT": "bob@example.test"}
scenarios = {
    "spool-put": Intake(["spool-put", "-f", "alice@example.test", "bob@example.test"], message, by_exit),
    "smtpd": Intake(["smtpd"], dialogue(b"EHLO c"), by_reply),
    "lmtp": Intake(["smtpd", "--lmtp"], dialogue(b"LHLO c"), by_reply),
    "local-deliver": Intake(["local-deliver", "--user=bob"], message, by_exit, **envelope),
    "smtp-send": Sending(["bob@example.test", "alice@example.test"], bounces=False),
    "bounce": Sending(["bob@example.test", "x@far.test"], bounces=True),
    "deferral": Sending(["bob@example.test", "x@far.test"], bounces=True, deferred=True),
    "warning": Warned(),
    "confirmation": Confirmed(),
    "forward": Forwarding(),
    "relay": Relaying(),
    "alias": Expanding(),
}


def traced(site, scenario, process, call, action):
    """Runs it under the tracer: what the program said, and the tracer's log."""
    log = site.path / "log"
    arguments = [programs / scenario.arguments[0], *scenario.arguments[1:]]
    code = str(errors.get(action, action))
    done = site.run([tracer, log, str(process), str(call), code, *arguments], scenario.text, **scenario.environment)
    return done, log.read_text().splitlines()


def recovery_traced(site, process, call, action):
    """The runner that an operator starts after a crash, itself disturbed: the tracer's log."""
    site.wait_no_more()
    return traced(site, Sending, process, call, action)[1]


def hit(lines):
    return any(line.startswith("injected") for line in lines)


def disturb(folder, name, root, process, call, action):
    """One disturbance: the site as it was left, what the program said, the tracer's log."""
    site = Site(folder, root)
    scenarios[name].prepare(site)
    return site, *traced(site, scenarios[name], process, call, action)


def unrecorded(lines, taken):
    """How many may come twice: what has reached a mailbox, was taken by another host, or was queued as a report, and
    was neither noted nor taken off the queue by the end. A runner delivers several at a time, so one crash may hit
    them all. What a report says is noted of all that it names: the first note stands for it."""
    waiting, reporting = taken, set()
    for words in (line.split() for line in lines if not line.startswith("injected")):
        if len(words) < 6 or words[4] == "say":
            continue
        path = bytes.fromhex(words[-1] if words[4] in ("rename", "link") else words[5])
        queued, process = b"/spool/queue/" in path, words[0]
        if words[4] == "create" and queued:
            reporting.add(process)
            waiting += 1
        elif words[4] in ("rename", "link"):
            waiting += b"/Maildir/new/" in path
        elif queued and (words[4] == "unlink" or mark_of(words) in (b"done", b"owed")):
            reporting.discard(process)
            waiting = max(waiting - 1, 0)
        elif queued and mark_of(words) in (b"fail", b"late") and process in reporting:
            reporting.remove(process)
            waiting = max(waiting - 1, 0)
    return waiting


def mark_of(words):
    return bytes.fromhex(words[-1]) if words[4] == "write" and words[-1] != "-" else b""
