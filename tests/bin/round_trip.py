"""round_trip.py READER: builds messages of every kind of file with mime-encode, lets READER (gmime, python, munpack, reformime,
mutt; mail: python, behind the SMTP server at $PEER and the mailbox of bob in $SITE) take them apart in the current directory,
and says where a byte or a name differs."""
import email, email.policy, json, os, random, shlex, subprocess, sys
from pathlib import Path

TOOLS = os.environ["BIN"]
random.seed(3)

CONTENTS = {
    "empty": b"",
    "end-of-line": b"\n",
    "lf.txt": b"one\ntwo\n\nfour\n",
    "crlf.txt": b"one\r\ntwo\r\n\r\nfour\r\n",
    "mixed.txt": b"one\r\ntwo\nthree\r\n",
    "cr.txt": b"one\rtwo\r",
    "no-end.txt": b"one\ntwo",
    "crlf-no-end.txt": b"one\r\ntwo",
    "blanks.txt": b"trailing \nand tab\t\n \n\t\n  two blanks  \nlast ",
    "latin1.txt": "déjà vu, Straße\n".encode("latin-1") * 9,
    "utf8.txt": "Привет, Grüße, 你好 \U0001f600\n".encode() * 40,
    "few-umlauts.txt": b"mostly plain text, only here and there one\n" * 60 + "Grüße\n".encode(),
    "long.txt": b"x" * 998 + b"\n" + b"y" * 999 + b"\n" + b"word " * 5000 + b"\n",
    "longest.txt": b"z" * 200_000,
    "from.txt": b"From me to you\n.\n..\n.dot\n>From\nFrom \n",
    "equals.txt": b"a=3D=\n=\n==41\n=?UTF-8?Q?x?=\n" * 20,
    "boundary.txt": b"--BOUNDARY\nContent-Type: text/html\n\n--BOUNDARY--\n--1BOUNDARY\n--1BOUNDARY--\n",
    "half-boundary.txt": b"--BOUND\n-- \n--\n---\n",
    "page.html": b"<!doctype html><p>caf\xc3\xa9 <b>= 1</b>\n",
    "nul.bin": b"\0\0\0text\0\r\n\0",
    "nul.txt": b"text with one\0in it\n",
    "all.bin": bytes(range(256)) * 5,
    "controls.txt": b"bell \a escape \x1b[1m form\ffeed\n",
    "random.bin": random.randbytes(100_001),
    **{f"{size}.bin": random.randbytes(size) for size in (1, 2, 3, 56, 57, 58, 114, 3 * 1024, 65_535, 65_536, 65_537)},
}
SHORT_NAMES = ["plain.txt", "with blank.txt", 'with "quotes".txt', "semi;colon.txt", "back\\slash.txt", "it's 100% (a) <b> [c].txt", "a=b&c,d.txt",
         "Grüße aus Köln.txt", "Привет 你好 \U0001f600.txt", "e\u0301.txt", "utf-8''not%20encoded.txt", "=?UTF-8?Q?not_a_word?=.txt", "."]
LONG_NAMES = ["n" * 196 + ".txt", "ü" * 96 + ".txt", "long name with blanks " * 9 + ".txt", "日本語" * 66 + ".x"]


def encode(arguments, *files):
    command = [TOOLS + "/mime-encode", "-f", "alice@example.test", "-t", "bob@example.test", "-s", "round trip", "--date", "@1700000000",
               "--boundary", "BOUNDARY", *arguments]
    for path, name in files:
        command += ["-a", f"{path};name={name}" if name else str(path)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout


def messages():
    """(title, message, contents in their order, names or None)"""
    Path("in").mkdir()
    for name, content in CONTENTS.items():
        (Path("in") / name).write_bytes(content)
    files = [Path("in") / name for name in CONTENTS]
    body = b"the letter\n"
    Path("letter").write_bytes(body)
    contents = [body, *CONTENTS.values()]
    yield "contents", encode(["--text", "letter"], *((path, None) for path in files)), contents, [None, *CONTENTS]
    text = b"named\n"
    Path("named").write_bytes(text)
    # munpack makes a file name of all of it, longer than any file system takes.
    for names in [SHORT_NAMES] if sys.argv[1] == "munpack" else [SHORT_NAMES, LONG_NAMES]:
        yield "names", encode(["--text", "letter"], *(("named", name) for name in names)), [body] + [text] * len(names), [None, *names]
    for path, name in zip(files, CONTENTS):
        yield name + " alone", encode([], (path, None)), [path.read_bytes()], [name]
    picture = b"\x89PNG\r\n\x1a\n" + random.randbytes(300)
    Path("dot.png").write_bytes(picture)
    page = CONTENTS["page.html"]
    yield "nested", encode(["--text", "letter", "--html", "in/page.html", "--inline", "dot.png", "--parallel"], ("in/all.bin", None)), \
        [body, page, picture, CONTENTS["all.bin"]], [None, None, "dot.png", "all.bin"]
    Path("inner").write_bytes(encode(["--text", "letter", "--html", "in/page.html"], ("in/all.bin", None)).replace(b"BOUNDARY", b"inside"))
    inner = [body, page, CONTENTS["all.bin"]]
    names = [None, None, "all.bin"]
    yield "forwarded", encode(["--text", "letter", "--forward", "inner"], ("in/all.bin", None)), \
        [body, *inner, CONTENTS["all.bin"]], [None, *names, "all.bin"]
    yield "digest", encode(["--forward", "inner", "--forward", "inner", "--digest"]), inner * 2, names * 2


def gmime(message):
    Path("out").mkdir()
    tree = json.loads(subprocess.run([TOOLS + "/../gmime_parts", "out"], input=message, check=True, stdout=subprocess.PIPE).stdout)

    def leaves(part):
        if "size" in part:
            yield part["filename"]
        for child in part["parts"]:
            yield from leaves(child)
    names = list(leaves(tree))
    return [(name, (Path("out") / str(at + 1)).read_bytes()) for at, name in enumerate(names)]


def python(message):
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    out = []
    for part in parsed.walk():
        assert not part.defects, part.defects
        if not part.is_multipart():
            out.append((part.get_filename(), part.get_payload(decode=True)))
    return out


def mail(message):
    subprocess.run([TOOLS + "/smtp-send", "--to", "bob@example.test", "--host", os.environ["PEER"]], input=message, check=True)
    subprocess.run([TOOLS + "/smtp-send", "--once"], check=True, stderr=subprocess.DEVNULL)
    (file,) = (Path(os.environ["SITE"]) / "bob/Maildir/new").iterdir()
    received = file.read_bytes()
    file.unlink()
    return python(received)


def munpack(message):
    """Its names are its own, and of a letter's texts it knows only that they are parts."""
    Path("out").mkdir()
    told = subprocess.run(["munpack", "-t", "-q", "-C", "out"], input=message, check=True, stdout=subprocess.PIPE).stdout.decode()
    return [(..., (Path("out") / line[:line.rindex(" (")]).read_bytes()) for line in told.splitlines()]


def reformime(message):
    def run(*arguments):
        return subprocess.run(["reformime", *arguments], input=message, check=True, stdout=subprocess.PIPE).stdout
    out = []
    section = kind = ""
    for line in run("-i").decode().splitlines():
        name, _, value = line.partition(": ")
        section = value if name == "section" else section
        kind = value if name == "content-type" else kind
        if name == "content-transfer-encoding" and not kind.startswith(("multipart/", "message/")):
            out.append((..., run("-s", section, "-e")))
    return out


def mutt(message):
    """Saves what it lists, one after the other, as a person does."""
    out = Path("out")
    out.mkdir()
    Path("box").write_bytes(b"From alice@example.test Tue Nov 14 22:13:20 2023\n" + message.replace(b"\nFrom ", b"\n>From ") + b"\n")
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    rows = [part for part in parsed.walk() if part is not parsed or part.get_content_type() == "multipart/alternative"]
    keys = "<view-attachments>" + "".join(f"<save-entry><kill-line>out/{at}<enter><next-entry>" for at in range(len(rows)))
    Path("rc").write_text("set wait_key=no quit=yes resolve=no confirmappend=no confirmcreate=no mbox=/dev/null move=no folder=. tmpdir=. attach_save_charset_convert=no\n"
                          f"push \"{keys}<exit><exit>\"\n")
    # An end of standard input would be a key too.
    silent, held = os.pipe()
    subprocess.run(["script", "-qec", "mutt -n -R -F rc -f box", "/dev/null"], check=True, timeout=60, stdin=silent,
                   stdout=subprocess.DEVNULL, env={**os.environ, "TERM": "xterm", "HOME": os.getcwd(), "LANG": "C.UTF-8"})
    os.close(silent)
    os.close(held)
    return [(..., (out / str(at)).read_bytes()) for at, part in enumerate(rows) if not part.is_multipart()]


def main():
    reader = globals()[sys.argv[1]]
    count = wrong = 0
    for title, message, contents, names in messages():
        Path("message").write_bytes(message)
        found = reader(message)
        subprocess.run(["rm", "-rf", "out"], check=True)
        count += len(contents)
        if len(found) != len(contents):
            print(f"{title}: {len(found)} parts, not {len(contents)}: {[name for name, _ in found]}")
            wrong += 1
            continue
        for (name, content), wanted, wanted_name in zip(found, contents, names):
            # These two write text with the line ends of their own system.
            if reader in (munpack, mutt) and wanted_name in ("crlf.txt", "crlf-no-end.txt"):
                wanted = wanted.replace(b"\r\n", b"\n")
            if content != wanted:
                at = next((i for i, (a, b) in enumerate(zip(content, wanted)) if a != b), min(len(content), len(wanted)))
                print(f"{title}: {wanted_name}: {len(content)} octets, not {len(wanted)}; at {at} {content[at:at + 20]!r}, not {wanted[at:at + 20]!r}")
                wrong += 1
            if name is not ... and name != wanted_name:
                print(f"{title}: the name is {name!r}, not {wanted_name!r}")
                wrong += 1
    print(f"{reader.__name__}: {count} contents, {wrong} wrong")
    return 1 if wrong or not count else 0


sys.exit(main())
