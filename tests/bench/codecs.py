#!/usr/bin/env python3
"""The codecs beside coreutils, Perl and sharutils in one run, in turns: CPU seconds for MEGABYTES (256) from a file in memory to
/dev/null, and in a pipe between two cats. Prints two tables in Markdown. ONLY=WORD: only the rows with that word."""

import os
import pathlib
import random
import resource
import shutil
import statistics
import subprocess
import tempfile

programs = pathlib.Path(os.environ["BIN"]).resolve()
megabytes = int(os.environ.get("MEGABYTES", "256"))
rounds = int(os.environ.get("ROUNDS", "5"))
only = os.environ.get("ONLY", "")
b64, qp, uu = (str(programs / name) for name in ("b64", "qp", "uu"))
words = ("the quick brown fox jumps over a lazy dog and then goes home to have some tea with the others who came before it was "
         "known that nobody else would come today").split()
cyrillic = "съешь же ещё этих мягких французских булок да выпей чаю и потом иди домой".split()


def lines(size, vocabulary, odd):
    """Every seventh line has something of `odd`."""
    source, out, length = random.Random(2), [], 0
    while length < 1 << 20:
        line = " ".join(source.choice(vocabulary) for _ in range(source.randint(1, 14)))
        if source.random() < 0.15:
            line += source.choice(odd)
        out.append(line)
        length += len(line.encode()) + 1
    return ("\n".join(out) + "\n").encode() * (size >> 20)


def children_cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cpu(command, file):
    """User and system seconds of the command."""
    before = children_cpu()
    with open(file, "rb") as stdin:
        subprocess.run(command, stdin=stdin, stdout=subprocess.DEVNULL, check=True)
    return children_cpu() - before


def pipe_cpu(command, file):
    """Of `cat FILE | command | cat >/dev/null`, all three."""
    before = children_cpu()
    first = subprocess.Popen(["cat", file], stdout=subprocess.PIPE)
    second = subprocess.Popen(command, stdin=first.stdout, stdout=subprocess.PIPE)
    third = subprocess.Popen(["cat"], stdin=second.stdout, stdout=subprocess.DEVNULL)
    first.stdout.close()
    second.stdout.close()
    assert [one.wait() for one in (first, second, third)] == [0, 0, 0]
    return children_cpu() - before


def peak_mebibytes(command, file):
    """The largest the command was by then, after 64 MB of the file: what it was started from does not count."""
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    with open(file, "rb") as source:
        for _ in range(64):
            child.stdin.write(source.read(1 << 20))
    status = pathlib.Path(f"/proc/{child.pid}/status").read_text()
    child.kill()
    child.wait()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def in_turns(measure, ours, theirs, file):
    times = [], []
    for _ in range(rounds):
        times[0].append(measure(ours, file))
        if theirs:
            times[1].append(measure(theirs, file))
    return [(min(some), f"{min(some):.3f} ({statistics.median(some):.3f})") for some in times if some]


def make_inputs(at):
    (at / "octets").write_bytes(os.urandom(megabytes << 20))
    (at / "prose").write_bytes(lines(megabytes << 20, words, [" café", " = 3", " Grüße", " – so"]))
    (at / "8bit").write_bytes(lines(megabytes << 20, cyrillic, [" = 3", " so"]))
    for name, command, source in (("lf", ["base64"], "octets"), ("qp", [qp], "prose"), ("8bit-qp", [qp], "8bit"),
                                  ("uu", [uu], "octets")):
        with open(at / source, "rb") as stdin, open(at / name, "wb") as stdout:
            subprocess.run(command, stdin=stdin, stdout=stdout, check=True)
    (at / "crlf").write_bytes((at / "lf").read_bytes().replace(b"\n", b"\r\n"))


def main():
    perl = shutil.which("perl")
    perl_encode = perl and [perl, "-MMIME::QuotedPrint", "-ne", "print encode_qp($_)"]
    perl_decode = perl and [perl, "-MMIME::QuotedPrint", "-ne", "print decode_qp($_)"]
    sharutils = shutil.which("uuencode")
    rows = [("base64, encode", [b64], ["base64"], "octets"),
            ("base64, decode LF", [b64, "-d"], ["base64", "-d"], "lf"),
            ("base64, decode CRLF", [b64, "-d"], ["base64", "-di"], "crlf"),
            ("quoted-printable, encode", [qp], perl_encode, "prose"),
            ("quoted-printable, decode", [qp, "-d"], perl_decode, "qp"),
            ("quoted-printable, encode 8-bit", [qp], perl_encode, "8bit"),
            ("quoted-printable, decode 8-bit", [qp, "-d"], perl_decode, "8bit-qp"),
            ("quoted-printable, decode --strict", [qp, "-d", "--strict"], None, "qp"),
            ("uuencode, encode", [uu], sharutils and ["uuencode", "-"], "octets"),
            ("uuencode, decode", [uu, "-d"], sharutils and ["uudecode", "-o", "/dev/stdout"], "uu")]
    piped = [("b64", [b64], "octets"), ("b64 -d", [b64, "-d"], "lf"), ("qp", [qp], "prose"), ("qp -d", [qp, "-d"], "qp"),
             ("uu", [uu], "octets"), ("uu -d", [uu, "-d"], "uu")]
    with tempfile.TemporaryDirectory(dir="/dev/shm") as place:
        at = pathlib.Path(place)
        make_inputs(at)
        print(f"CPU seconds for {megabytes} MB; best (median) of {rounds} rounds in turns\n")
        print("| | tubepost | GB/s | MiB | reading alone | coreutils, Perl, sharutils | times |\n|---|---|---|---|---|---|---|")
        for name, ours, theirs, file in rows:
            if only not in name:
                continue
            best = in_turns(cpu, ours, theirs, at / file)
            speed = (at / file).stat().st_size / 1e9 / best[0][0]
            peer = f"{best[1][1]} | {best[1][0] / best[0][0]:.1f}" if theirs else "- | -"
            memory = peak_mebibytes(ours, at / file)
            # Which pages a file got decides how fast the kernel copies it.
            floor = in_turns(cpu, ["dd", "bs=64k", "status=none"], None, at / file)[0][0]
            print(f"| {name} | {best[0][1]} | {speed:.1f} | {memory:.1f} | {floor:.3f} | {peer} |", flush=True)
        print("\n| cat FILE \\| … \\| cat | tubepost | cat | times the CPU |\n|---|---|---|---|")
        for name, ours, file in piped:
            if only not in name and only != "pipe":
                continue
            best = in_turns(pipe_cpu, ours, ["cat"], at / file)
            print(f"| {name} | {best[0][1]} | {best[1][1]} | {best[0][0] / best[1][0]:.2f} |", flush=True)


main()
