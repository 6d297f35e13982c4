#!/usr/bin/env python3
"""Reads tables of header values with their parsed form (NAME.json in the folder given) and says how many rows the
parsers agree with. A row: {"header": value, "expected": ...}. Exit 1 below 97 % of any table.

Only the representation is made equal before two values are compared: each rule stands in a function of its own that
says why. Rows that differ because a table is against an RFC are counted apart, and shown with the reason."""

import ipaddress
import json
import os
import pathlib
import re
import subprocess
import sys

program = os.environ.get("HEADER_TABLES", "build/header_tables")


def ask(requests):
    data = b"".join(f"{kind} {len(value)}\n".encode() + value for kind, value in requests)
    out = subprocess.run([program], input=data, stdout=subprocess.PIPE, check=True).stdout
    return [json.loads(line) for line in out.decode().splitlines()]


def blanks(text):
    """Folds and runs of blanks mean one blank (RFC 5322 section 3.2.2)."""
    return " ".join((text or "").split())


def without_comments(text):
    """Blanks and comments inside an address or identifier are not part of it (RFC 5322 section 4.4)."""
    return re.sub(r"\s+|\([^()]*\)", "", text or "")


def address(text):
    """A source route must be ignored (RFC 5322 section 4.4)."""
    return re.sub(r"^@[^:]*:", "", without_comments(text))


def ip(text):
    """One address has many spellings (RFC 5952)."""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return text


def mailboxes_of_table(expected):
    out = []
    for group in expected.get("Group", [{"name": None, "addresses": expected.get("List", [])}]):
        members = [(blanks(one["name"]), address(one["address"])) for one in group["addresses"]]
        # A comment alone is no mailbox, and what stands outside of groups is a list of its own.
        members = [one for one in members if one[1]]
        if group["name"]:
            out.append(("group", blanks(group["name"]), members))
        elif members:
            out.append(("list", "", members))
    return out


def name_of(one):
    """The tables hang comments behind the name; the parser keeps them apart."""
    name, comment = blanks(one["name"]), blanks(one["comment"])
    return f"{name} ({comment})" if comment and comment != name else name


def mailboxes(got):
    out = []
    inside = False
    for one in got:
        if one["kind"] == "group":
            out.append(("group", name_of(one), []))
            inside = True
        elif one["kind"] == "end":
            inside = False
        else:
            if not inside and (not out or out[-1][0] == "group"):
                out.append(("list", "", []))
            out[-1][2].append((name_of(one), address(one["address"])))
    return out


def date_of_table(date):
    if not date:
        return None
    minutes = date["tz_hour"] * 60 + date["tz_minute"]
    zone = -minutes if date["tz_before_gmt"] else minutes
    return {**{key: date[key] for key in ("year", "month", "day", "hour", "minute", "second")}, "zone": zone}


def received_of_table(expected):
    host = lambda one: ip(next(iter(one.values()))) if one else ""
    return {
        "from": host(expected.get("from")), "by": host(expected.get("by")), "helo": host(expected.get("helo")),
        "via": expected.get("via") or "", "protocol": (expected.get("with") or "").upper(),
        "id": without_comments(expected.get("id")), "for": expected.get("for_") or "",
        "verb": (expected.get("helo_cmd") or "").upper(), "ip": ip(expected.get("from_ip") or ""),
        "host": expected.get("from_iprev") or "", "ident": expected.get("ident") or "",
        "tls": version(expected.get("tls_version") or ""), "cipher": expected.get("tls_cipher") or "",
        "date": date_of_table(expected.get("date")),
    }


def version(text):
    """TLSv1_0, TLSv1.0 and TLSv1 are the same."""
    return re.sub(r"\.0$", "", text.replace("_", "."))


def received(got):
    out = {key: got[key] for key in got if key != "with"}
    for key in ("from", "by", "helo", "ip"):
        out[key] = ip(out[key])
    out["tls"] = version(out["tls"])
    return out


def content_type_of_table(expected):
    if expected is None:
        return None
    values = {name: blanks(value) for name, value in expected.get("attributes") or []}
    return {"type": expected["c_type"], "subtype": expected["c_subtype"] or "", "parameters": values}


def content_type(got):
    if not got["type"]:
        return None
    # No name or label has blanks at its ends.
    return {**got, "parameters": {name: blanks(value) for name, value in got["parameters"].items()}}


tables = {
    "address": (mailboxes_of_table, mailboxes),
    "content_type": (content_type_of_table, content_type),
    "date": (date_of_table, lambda got: got),
    "id": (lambda want: [without_comments(one) for one in want], lambda got: [without_comments(one) for one in got]),
    "list": (lambda want: [blanks(one) for one in want], lambda got: [blanks(one) for one in got]),
    "received": (received_of_table, received),
    "unstructured": (blanks, blanks),
}


def slash(kind, header, want, got):
    """RFC 5322 section 3.2.3: '/' is text of an atom; the table ends words there."""
    for key in ("id", "ident"):
        if kind == "received" and want[key] in got[key].split("/"):
            got = {**got, key: want[key]}
    return got


def date_rule(change):
    def apply(kind, header, want, got):
        inner = kind == "received"
        dates = (want["date"], got["date"]) if inner else (want, got)
        if kind not in ("date", "received") or not all(dates):
            return got
        date = change(header, *dates)
        return {**got, "date": date} if inner else date
    apply.__doc__ = change.__doc__
    return apply


@date_rule
def short_year(header, want, got):
    """RFC 5322 section 4.3: two digits below 50 are of this century; the table adds 1900."""
    return {**got, "year": want["year"]} if want["year"] < 1950 and got["year"] == want["year"] + 100 else got


@date_rule
def impossible(header, want, got):
    """RFC 5322 section 3.3: the date of the table does not exist."""
    return want if want["month"] > 12 or want["hour"] > 23 else got


@date_rule
def fraction(header, want, got):
    """RFC 5322 section 3.3 has no fractions of seconds: the table drops the seconds with them."""
    return {**got, "second": 0} if re.search(r":\d\d\.\d", header) else got


def words(kind, header, want, got):
    """RFC 2047 section 6.2: blanks between two encoded words are no content, and a word that touches text adds none."""
    squeeze = lambda one: re.sub(r"\s", "", json.dumps(one, ensure_ascii=False))
    return want if "=?" in header and squeeze(want) == squeeze(got) else got


explanations = [slash, short_year, impossible, fraction, words]


def explain(kind, header, want, got):
    reasons = []
    for rule in explanations:
        if want and got and want != got:
            changed = rule(kind, header, want, got)
            reasons += [rule.__doc__] if changed != got else []
            got = changed
    return " ".join(reasons) if want == got else None


def show(header, want, got, reason):
    print(f"  {header!r}")
    if isinstance(want, dict) and isinstance(got, dict):
        keys = [key for key in {**want, **got} if want.get(key) != got.get(key)]
        want, got = ({key: one.get(key) for key in keys} for one in (want, got))
    print(f"    want {json.dumps(want, ensure_ascii=False)}\n    got  {json.dumps(got, ensure_ascii=False)}")
    if reason:
        print(f"    why  {reason}")


def run(path):
    """Prints the table's rows that differ; false if more than 3 % of them cannot be explained."""
    want_of, got_of = tables[path.stem]
    rows = json.loads(path.read_text())
    answers = ask([(path.stem, row["header"].encode()) for row in rows])
    wrong = []
    for row, answer in zip(rows, answers):
        want, got = want_of(row["expected"]), got_of(answer)
        if want != got:
            wrong.append((row["header"], want, got, explain(path.stem, row["header"], want, got)))
    explained = sum(1 for one in wrong if one[3])
    also = f", and {explained} where an RFC says otherwise" if explained else ""
    print(f"{path.stem}: {len(rows) - len(wrong)}/{len(rows)}{also}")
    for one in wrong:
        show(*one)
    return len(wrong) - explained <= 0.03 * len(rows)


def main(folder):
    good = True
    for path in sorted(pathlib.Path(folder).glob("*.json")):
        if path.stem in tables:
            good = run(path) and good
        else:
            print(f"{path.stem}: no parser for this table")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main(sys.argv[1])
