"""Every extension that imapd offers, tried by a bare client: imap_capabilities.py PORT prints "extension | command | seen" and
fails where an answer is not what the extension's RFC says, or where a word of CAPABILITY has no row here."""
import base64, re, sys
from imap_talk import Client

plain = base64.b64encode(b"\0bob\0secret").decode()
# Words of CAPABILITY, the state it is tried in (no: before the login, in: with INBOX selected), the command, and what its answer holds.
rows = [
    ("IMAP4rev1", "no", "CAPABILITY", r"\* CAPABILITY IMAP4rev1 "),
    ("AUTH=PLAIN SASL-IR", "no", f"AUTHENTICATE PLAIN {plain}", r"OK \[CAPABILITY IMAP4rev1 .*\] logged in"),
    ("LITERAL+", "no", "LOGIN {3+}\r\nbob {6+}\r\nsecret", r"OK \[CAPABILITY IMAP4rev1 "),
    ("ID", "no", 'ID ("name" "x" "version" NIL)', r'\* ID \("name" "tubepost"'),
    ("IMAP4rev2", "in", "ENABLE IMAP4rev2\nSEARCH ALL\nSELECT INBOX", r'\* ESEARCH \(TAG "x2"\) ALL 1:3\n(?s:.*)\* LIST \(\\HasNoChildren\) "." "INBOX"'),
    ("ENABLE", "in", "ENABLE CONDSTORE X-NONE", r"\* ENABLED CONDSTORE\n"),
    ("IDLE", "in", "IDLE\r\nDONE", r"^\+ idling\nx1 OK"),
    ("NAMESPACE", "in", "NAMESPACE", r'\* NAMESPACE \(\("" "."\)\) NIL NIL\n'),
    ("CHILDREN", "in", 'CREATE a.b\nLIST "" a*', r'\* LIST \((?:\\Noselect )?\\HasChildren\) "." "a"\n\* LIST \(\\HasNoChildren\) "." "a.b"\n'),
    ("UIDPLUS", "in", "COPY 1 Kept\nUID STORE 2 +FLAGS (\\Deleted)\nUID EXPUNGE 1\nUID EXPUNGE 2",
     r"x1 OK \[COPYUID \d+ 1 1\](?s:.*)\nx3 OK EXPUNGE done\n\* 2 EXPUNGE\nx4 OK"),
    ("UNSELECT", "in", "STORE 1 +FLAGS.SILENT (\\Deleted)\nUNSELECT\nSTATUS INBOX (MESSAGES)", r"\(MESSAGES 3\)"),
    ("MOVE", "in", "MOVE 1:2 Kept", r"\* OK \[COPYUID \d+ 1:2 1:2\] .*\n\* 1 EXPUNGE\n\* 1 EXPUNGE\nx1 OK"),
    ("MULTIAPPEND", "in", "APPEND Kept {1+}\r\na (\\Seen) {1+}\r\nb", r"OK \[APPENDUID \d+ 1:2\]"),
    ("REPLACE", "in", "UID REPLACE 1 INBOX {9+}\r\nA: b\r\n\r\nc", r"\* OK \[APPENDUID \d+ 4\] .*\n(?s:.*)\* 1 EXPUNGE\n"),
    ("BINARY", "in", "FETCH 3 (BINARY.SIZE[2] BINARY.PEEK[2])", r"BINARY.SIZE\[2\] 4 BINARY\[2\] ~\{4\}\n\x00one\)"),
    ("LIST-EXTENDED", "in", 'SUBSCRIBE Kept\nLIST (SUBSCRIBED) "" (Kept none) RETURN (CHILDREN)', r'\* LIST \(\\HasNoChildren \\Subscribed\) "." "Kept"\nx2 OK'),
    ("LIST-STATUS", "in", 'LIST "" Kept RETURN (STATUS (MESSAGES))', r'\* LIST .*"Kept"\n\* STATUS "Kept" \(MESSAGES 0\)\n'),
    ("SPECIAL-USE CREATE-SPECIAL-USE", "in", 'CREATE s (USE (\\Junk))\nLIST (SPECIAL-USE) "" *', r'\* LIST \(\\HasNoChildren \\Junk\) "." "s"\nx2 OK'),
    ("STATUS=SIZE", "in", "STATUS INBOX (SIZE)", r"\(SIZE [1-9]\d+\)"),
    ("SEARCHRES", "in", "SEARCH RETURN (SAVE) SUBJECT two\nFETCH $ UID", r"^x1 OK.*\n\* 2 FETCH \(UID 2\)\nx2 OK"),
    ("ESEARCH", "in", "SEARCH RETURN (MIN MAX COUNT ALL) ALL", r'\* ESEARCH \(TAG "x1"\) MIN 1 MAX 3 COUNT 3 ALL 1:3\n'),
    ("WITHIN", "in", "SEARCH YOUNGER 1000000\nSEARCH OLDER 1000000", r"\* SEARCH 1 2 3\nx1 OK.*\n\* SEARCH\nx2 OK"),
    ("CONDSTORE", "in", "STORE 1 (UNCHANGEDSINCE 1) +FLAGS (\\Seen)\nFETCH 1 (MODSEQ)", r"x1 OK \[MODIFIED 1\](?s:.*)\* 1 FETCH \(MODSEQ \(\d+\)\)"),
    ("QRESYNC", "in", "ENABLE QRESYNC\nSTORE 2 +FLAGS (\\Deleted)\nEXPUNGE\nUID FETCH 1:* (FLAGS) (CHANGEDSINCE 1 VANISHED)",
     r"\* VANISHED 2\nx3 OK \[HIGHESTMODSEQ \d+\](?s:.*)\* VANISHED \(EARLIER\) 2\n\* 1 FETCH "),
    ("SORT", "in", "SORT (REVERSE SUBJECT) UTF-8 ALL", r"\* SORT 2 3 1\n"),
    ("SORT=DISPLAY", "in", "SORT (DISPLAYFROM) UTF-8 ALL", r"\* SORT 1 2 3\n"),
    ("ESORT", "in", "SORT RETURN (COUNT ALL) (SUBJECT) UTF-8 ALL", r'\* ESEARCH \(TAG "x1"\) COUNT 3 ALL 1,3,2\n'),
    ("THREAD=ORDEREDSUBJECT", "in", "THREAD ORDEREDSUBJECT UTF-8 1:2", r"\* THREAD \(1\)\(2\)\n"),
    ("THREAD=REFERENCES", "in", "THREAD REFERENCES UTF-8 1:2", r"\* THREAD \(1\)\(2\)\n"),
    ("OBJECTID", "in", "STATUS INBOX (MAILBOXID)\nFETCH 1 (EMAILID THREADID)", r"\(MAILBOXID \(F\d+\)\)\nx1(?s:.*)\(EMAILID \(\w+\) THREADID \(T\w+\)\)"),
    ("PREVIEW", "in", "FETCH 2 (PREVIEW (LAZY))", r'\(PREVIEW "body more"\)'),
    ("SAVEDATE", "in", "FETCH 1 (SAVEDATE)\nSEARCH SAVEDSINCE 1-Jan-2020", r'\(SAVEDATE "\d\d-\w+-\d{4} [\d:]+ \+0000"\)\nx1 OK.*\n\* SEARCH 1 2 3\n'),
    ("PARTIAL", "in", "UID FETCH 1:* (UID) (PARTIAL -1:-2)\nUID SEARCH RETURN (PARTIAL 2:9) ALL", r'\* 2 FETCH \(UID 2\)\n\* 3 FETCH(?s:.*)UID PARTIAL \(2:9 2:3\)\n'),
    ("UIDONLY", "in", "ENABLE UIDONLY\nUID FETCH 2 FLAGS\nFETCH 2 FLAGS", r"\* 2 UIDFETCH \(FLAGS \(\)\)\n(?s:.*)x3 BAD \[UIDREQUIRED\]"),
    ("UIDBATCHES", "in", "UIDBATCHES 500\nUIDBATCHES 500 1:2\nUIDBATCHES 2", r'\* UIDBATCHES \(TAG "x1"\) 3:1\n(?s:.*)\* UIDBATCHES \(TAG "x2"\) 3:1\n(?s:.*)x3 NO \[TOOFEW\]'),
    ("INPROGRESS", "in", "SEARCH TEXT x", r"\* SEARCH"),  # a code that only slow commands have: tests/lib/imap/progress_test.cpp
    ("UTF8=ACCEPT", "in", 'ENABLE UTF8=ACCEPT\nCREATE "Bücher"\nLIST "" B*\nSEARCH CHARSET UTF-8 ALL', r'\* LIST \(\\HasNoChildren\) "." "Bücher"\nx3 OK.*\nx4 BAD'),
    ("QUOTA QUOTA=RES-STORAGE QUOTA=RES-MESSAGE", "in", "GETQUOTAROOT INBOX", r'\* QUOTAROOT "INBOX" ""\n\* QUOTA "" \(STORAGE \d+ 1024 MESSAGE \d+ 100\)\n'),
    ("APPENDLIMIT=1024", "in", "STATUS INBOX (APPENDLIMIT)\nAPPEND INBOX {1025+}\r\n" + "x" * 1025, r"\(APPENDLIMIT 1024\)\n(?s:.*)NO \[TOOBIG\]"),
    ("MESSAGELIMIT=1000000", "in", "UID SEARCH UIDAFTER 1 UIDBEFORE 3\nUID FETCH 1:* UID (PARTIAL 1:1000001)", r"\* SEARCH 2\n(?s:.*)NO \[MESSAGELIMIT 1000000\]"),
    ("COMPRESS=DEFLATE", "in", "COMPRESS DEFLATE", r"^x1 OK"),
]
third = (b'Subject: Three\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\n'
         b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\nAG9uZQ==\r\n--b--\r\n")
port, offered, tried = sys.argv[1], set(), {"STARTTLS", "AUTH=LOGIN"}
for words, state, commands, wanted in rows:
    c = Client(port, user=None if state == "no" else "bob")
    if state == "in":
        offered.update(c.ok("CAPABILITY").split("\n")[0].split(" ")[2:])
        # The same three messages each time, with UIDs from 1 on.
        for name in re.findall(r'"([^"]+)"$', c.ok('LIST "" *'), re.M):
            c.say(f"DELETE {name}")
        c.ok("CREATE Kept")
        c.ok("CREATE New")
        for message in (b"Subject: one\r\n\r\n.dot\r\n", b"Subject: two\r\n\r\nbody\r\nmore\r\n", third):
            c.append("New", message)
        # What is recent is the first's who is told of it.
        c.ok("SELECT New")
        c.ok("SELECT New")
        commands, wanted = commands.replace("INBOX", "New"), wanted.replace("INBOX", "New")
    heard = ""
    for n, command in enumerate(re.split(r"(?<!\r)\n", commands), 1):
        c.send(f"x{n} {command}\r\n".encode())
        heard += c.until(f"x{n}") + "\n"
    assert re.search(wanted, heard, re.M), (words, commands, heard)
    tried.update(words.split(" "))
    shown = [line for line in heard.split("\n") if line][-3:]
    print(words, "|", commands.replace("\r\n", "⏎").replace("\n", "; ")[:90], "|", " ⏎ ".join(shown)[:160].replace("|", "\\|"))
assert offered <= tried, ("no row for", offered - tried)
assert tried - {"STARTTLS", "AUTH=LOGIN", "AUTH=PLAIN", "SASL-IR"} <= offered, ("not offered", tried - offered)
