"""A letter that is hard on mail systems: letter.py write FILE makes it, letter.py check LETTER RECEIVED fails unless RECEIVED holds
the same: 5 MB of random octets, names and text in several languages, lines that start with dots."""
import email, email.policy, hashlib, os, random, sys
from email.message import EmailMessage

text = "Grüße aus München, 你好, привет\n.\n..two dots\n.one dot and text\n\nFrom the start of a line\n-- \nend without more\n"


def parts(path):
    with open(path, "rb") as f:
        message = email.message_from_binary_file(f, policy=email.policy.default)
    body = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
    files = [(part.get_filename(), hashlib.sha256(part.get_content()).hexdigest()) for part in message.iter_attachments()]
    return message["Subject"], body, files


if sys.argv[1] == "write":
    letter = EmailMessage(policy=email.policy.SMTP.clone(cte_type="8bit"))
    letter["From"] = "Jörg Müller <alice@one.test>"
    letter["To"] = "bob@two.test"
    letter["Subject"] = "Grüße – 你好 – a letter"
    letter["Message-ID"] = "<letter@one.test>"
    letter.set_content(text, cte="8bit")
    letter.add_attachment(random.randbytes(5_000_000), maintype="application", subtype="octet-stream", filename="Übersicht – 表.bin")
    with open(sys.argv[2], "wb") as f:
        f.write(letter.as_bytes())
else:
    wanted, found = parts(sys.argv[2]), parts(sys.argv[3])
    assert wanted == found, (wanted, found)
    assert wanted[1].replace("\r\n", "\n") == text and len(found[2]) == 1, found
