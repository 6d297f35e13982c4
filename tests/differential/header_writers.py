#!/usr/bin/env python3
"""What Python's email package writes, the parsers read back: random dates, names, subjects and file names.

header_writers.py [COUNT] [SEED]: exit 1 names the first values that differ."""

import datetime
import email.header
import email.message
import email.policy
import email.utils
import random
import sys

from header_tables import ask, blanks

letters = {
    "us-ascii": "abcXYZ019 .,;:()<>[]@\"\\'%*=?!_-/",
    "utf-8": "aé漢字🙂жЖ \"\\.,()<>@=?_%'*",
    "iso-8859-1": "abcéèüßÄÖ ()=?_.",
    "koi8-r": "абвгдежЯ ()=?_.",
    "iso-2022-jp": "ハローワールド漢字かな",
    "gb2312": "你好世界中文 abc",
    "big5": "你好世界中文 abc",
    "euc-kr": "안녕하세요 abc",
    "shift_jis": "ハローワールド漢字かな abc",
    "euc-jp": "ハローワールド漢字かな abc",
    "windows-1251": "абвгдежЯ ()=?_.",
    "windows-1252": "abc€“”é ()=?_.",
    "iso-8859-15": "abc€é ()=?_.",
    "iso-8859-7": "αβγδ abc",
    "iso-8859-8": "שלום abc",
}


def text(random_, charset, most, without=()):
    out = "".join(random_.choice(letters[charset]) for _ in range(random_.randint(1, most)))
    for piece in without:
        out = out.replace(piece, "")
    return blanks(out) or "x"


def date(random_):
    zone = datetime.timezone(datetime.timedelta(minutes=random_.randint(-14 * 60, 14 * 60)))
    when = datetime.datetime.fromtimestamp(random_.randint(0, 4_000_000_000), zone)
    want = {key: getattr(when, key) for key in ("year", "month", "day", "hour", "minute", "second")}
    want["zone"] = int(when.utcoffset().total_seconds() // 60)
    forms = [email.utils.format_datetime(when), when.strftime("%d %b %Y %H:%M:%S %z"), when.isoformat()]
    return "date", random_.choice(forms), want


def subject(random_):
    charset = random_.choice(list(letters))
    # The writer leaves ASCII as it is, also where it looks encoded.
    value = text(random_, charset, 120, ["=?"] if charset == "us-ascii" else [])
    return "unstructured", email.header.Header(value, charset, header_name="X").encode(), value


def addresses(random_):
    want, written = [], []
    for _ in range(random_.randint(1, 20)):
        name = text(random_, random_.choice(["us-ascii", "utf-8", "koi8-r"]), 30, ["=?"])
        local = text(random_, "us-ascii", 8, ["@"])
        quoted = '"' + local.replace("\\", "\\\\").replace('"', '\\"') + '"'
        want.append((name, local + "@b.test"))
        written.append(email.utils.formataddr((name, "x@b.test")).replace("<x@", f"<{quoted}@"))
    return "address", ",\r\n ".join(written), want


def parameter(random_):
    charset = random_.choice(["us-ascii", "utf-8", "iso-8859-1", "koi8-r"])
    value = text(random_, charset, 150, ["=?", "'"] if charset == "us-ascii" else [])
    message = email.message.Message()
    if charset == "us-ascii":
        message.add_header("X", "attachment", filename=value)
    else:
        message.add_header("X", "attachment", filename=(charset, "en", value))
    return "content_type", message.as_string(policy=email.policy.compat32)[2:].split("\n\n")[0], value


def got(kind, answer):
    if kind == "address":
        return [(blanks(one["name"]), one["address"]) for one in answer]
    if kind == "content_type":
        return answer["parameters"].get("filename")
    return answer


def main(count, seed):
    random_ = random.Random(seed)
    made = [random_.choice([date, subject, addresses, parameter])(random_) for _ in range(count)]
    answers = ask([(kind, written.encode()) for kind, written, _ in made])
    wrong = [(kind, written, want, got(kind, answer)) for (kind, written, want), answer in zip(made, answers)
             if got(kind, answer) != want]
    for kind, written, want, answer in wrong[:10]:
        print(f"{kind}: {written!r}\n  want {want!r}\n  got  {answer!r}")
    print(f"{count - len(wrong)}/{count} values of Python's writers (seed {seed})")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
