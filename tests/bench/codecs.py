#!/usr/bin/env python3
"""The codecs beside coreutils and Perl in one run: CPU seconds for MEGABYTES (256) from a file in memory to /dev/null, in turns.
Prints one table in Markdown."""

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
words = ("the quick brown fox jumps over a lazy dog and then goes home to have some tea with the others who came before it was "
         "known that nobody else would come today").split()


def prose(size):
    """Mostly ASCII: every seventh line has something that must be written otherwise."""
    source, lines, length = random.Random(2), [], 0
    while length < 1 << 20:
        line = " ".join(source.choice(words) for _ in range(source.randint(1, 14)))
        if source.random() < 0.15:
            line += source.choice([" café", " = 3", " Grüße", " – so"])
        lines.append(line)
        length += len(line.encode()) + 1
    return ("\n".join(lines) + "\n").encode() * (size >> 20)


def cpu(command, file):
    """User and system seconds of the command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(file, "rb") as stdin:
        subprocess.run(command, stdin=stdin, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    with tempfile.TemporaryDirectory(dir="/dev/shm") as place:
        at = pathlib.Path(place)
        (at / "octets").write_bytes(os.urandom(megabytes << 20))
        (at / "prose").write_bytes(prose(megabytes << 20))
        for name, command, source in (("lf", ["base64"], "octets"), ("qp", [programs / "qp"], "prose")):
            with open(at / source, "rb") as stdin, open(at / name, "wb") as stdout:
                subprocess.run(command, stdin=stdin, stdout=stdout, check=True)
        (at / "crlf").write_bytes((at / "lf").read_bytes().replace(b"\n", b"\r\n"))
        perl = shutil.which("perl")
        rows = [("base64, encode", [programs / "b64"], ["base64"], "octets"),
                ("base64, decode LF", [programs / "b64", "-d"], ["base64", "-d"], "lf"),
                ("base64, decode CRLF", [programs / "b64", "-d"], ["base64", "-di"], "crlf"),
                ("quoted-printable, encode", [programs / "qp"],
                 perl and [perl, "-MMIME::QuotedPrint", "-ne", "print encode_qp($_)"], "prose"),
                ("quoted-printable, decode", [programs / "qp", "-d"],
                 perl and [perl, "-MMIME::QuotedPrint", "-ne", "print decode_qp($_)"], "qp")]
        print(f"CPU seconds for {megabytes} MB; best (median) of {rounds} rounds in turns\n")
        print("| | tubepost | GB/s | coreutils, Perl | times |\n|---|---|---|---|---|")
        for name, ours, theirs, file in rows:
            times = {"ours": [], "theirs": []}
            for _ in range(rounds):
                times["ours"].append(cpu(ours, at / file))
                if theirs:
                    times["theirs"].append(cpu(theirs, at / file))
            best = {who: min(all) for who, all in times.items() if all}
            shown = {who: f"{best[who]:.3f} ({statistics.median(times[who]):.3f})" for who in best}
            speed = (at / file).stat().st_size / 1e9 / best["ours"]
            ratio = f"{best['theirs'] / best['ours']:.1f}" if theirs else "-"
            print(f"| {name} | {shown['ours']} | {speed:.1f} | {shown.get('theirs', '-')} | {ratio} |")


main()
