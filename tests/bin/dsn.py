"""Reads delivery reports with Python's own parser and holds them against RFC 3464, 6522 and 3461: dsn.py FILE...
Prints of each recipient "ACTION STATUS FINAL ORIGINAL", of each report "to TO subject SUBJECT returns TYPE"."""
import email, email.policy, quopri, re, sys

address = re.compile(r"(rfc822|utf-8) ?; ?\S+", re.I)
mta = re.compile(r"dns; \S+")
date = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{1,2} \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}")
of_message = {"original-envelope-id": re.compile(r".+"), "reporting-mta": mta, "arrival-date": date}
of_recipient = {
    "original-recipient": address, "final-recipient": address, "status": re.compile(r"[245]\.\d{1,3}\.\d{1,3}"),
    "action": re.compile("failed|delayed|delivered|relayed|expanded"), "remote-mta": mta,
    "diagnostic-code": re.compile(r"(smtp; \d{3}|x-tubepost;)[ \t].*", re.S), "last-attempt-date": date,
    "final-log-id": re.compile(r"[0-9a-v]{13}"), "will-retry-until": date,
}
order = ["original-recipient", "final-recipient", "action", "status", "remote-mta", "diagnostic-code", "last-attempt-date",
         "final-log-id", "will-retry-until"]


def fields(block, known, needed):
    names = [name.lower() for name in block.keys()]
    assert len(names) == len(set(names)), f"twice: {names}"
    for name, value in block.items():
        assert known[name.lower()].fullmatch(value), f"{name}: {value}"
    assert set(needed) <= set(names), f"lacks {set(needed) - set(names)}"
    return {name.lower(): value for name, value in block.items()}


def examine(path):
    raw = open(path, "rb").read()
    assert all(len(line) <= 998 for line in raw.split(b"\n")) and b"\r" not in raw
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert message["Return-Path"] == "<>" and message["MIME-Version"] == "1.0", message.items()
    assert message["Auto-Submitted"] == "auto-replied" and date.fullmatch(message["Date"]), message.items()
    assert re.fullmatch(r"<\S+@\S+>", message["Message-ID"]) and message["From"] and len(message.get_all("Date")) == 1
    assert message.get_content_type() == "multipart/report"
    assert message.get_param("report-type") == "delivery-status" and not message.defects, message.defects
    person, status, returned = message.get_payload()
    for part in (person, status, returned):
        assert not part.defects, part.defects
    assert person.get_content_type() == "text/plain" and person.get_content().strip()
    assert all(len(line) <= 78 for line in person.get_content().splitlines()), person.get_content()
    globally = status.get_content_type() == "message/global-delivery-status"
    if globally:
        # The parser takes it for a message and does not decode it.
        text = raw.split(b"\n--" + message.get_boundary().encode() + b"\n")[2].split(b"\n\n", 1)[1]
        text = quopri.decodestring(text) if status["Content-Transfer-Encoding"] == "quoted-printable" else text
        blocks = [email.message_from_string(block) for block in text.decode().rstrip("\n").split("\n\n")]
    else:
        assert status.get_content_type() == "message/delivery-status"
        assert raw.split(b"message/delivery-status", 1)[1].split(b"\n--report", 1)[0].isascii()
        blocks = [block for block in status.get_payload() if block.items()]
    whole = fields(blocks[0], of_message, ["reporting-mta", "arrival-date"])
    assert len(blocks) > 1
    for block in blocks[1:]:
        one = fields(block, of_recipient, ["final-recipient", "action", "status", "last-attempt-date"])
        assert [name for name in order if name in one] == list(one), f"order: {list(one)}"
        assert (one["status"][0] == "2") == (one["action"] in ("delivered", "relayed", "expanded")), one
        assert (one["status"][0] == "5") == (one["action"] == "failed"), one
        assert one["action"] == "delayed" or "will-retry-until" not in one, one
        print(one["action"], one["status"], one["final-recipient"], one.get("original-recipient", "-"))
        bare = one["final-recipient"].split(";", 1)[1].strip()
        assert not globally or bare in person.get_content(), "the person is not told of " + bare
    kind = returned.get_content_type()
    assert kind in ("text/rfc822-headers", "message/rfc822", "message/global", "message/global-headers"), kind
    print("to", message["To"], "subject", message["Subject"], "returns", kind, "envelope", whole.get("original-envelope-id", "-"))


for path in sys.argv[1:]:
    examine(path)
