# Programs that people read mail with, and the mailbox they all see: each reads it, changes it, and finds the same as the others.
load site
load sasl

setup() {
  site
  with_passwords
  with_mail
  mkdir -p "$SITE/bob/Maildir/cur"
  printf 'From: =?UTF-8?Q?J=C3=B6rg?= <joerg@far.test>\nSubject: three\nDate: Tue, 14 Nov 2023 22:13:20 +0000\nMessage-ID: <3@far.test>\n\nbody three\n' \
    >"$SITE/bob/Maildir/cur/3.three:2,S"
  serve "$BIN/imapd"
}
teardown() { stop; }

bob() { (cd "$SITE/bob/Maildir" && find . -path '*/cur/*' -o -path '*/new/*' | sort); }
mail_of() { find "$1" -type f \( -path '*/cur/*' -o -path '*/new/*' \) | wc -l; }
# subjects FOLDER: of a Maildir's messages, on one line.
subjects() { find "$1/cur" "$1/new" -type f -exec grep -h -m 1 '^Subject:' {} + | tr -d '\r' | sort | tr '\n' ' '; }
all='Subject: one Subject: three Subject: two '

with_mbsync() {
  mkdir "$SITE/copy"
  cat >"$SITE/mbsyncrc" <<RC
IMAPAccount tubepost
Host 127.0.0.1
Port $port
User bob
Pass secret
SSLType None

IMAPStore remote
Account tubepost

MaildirStore local
Path $SITE/copy/
Inbox $SITE/copy/INBOX
SubFolders Verbatim

Channel all
Far :remote:
Near :local:
Patterns *
Create Both
Remove Both
Sync All
Expunge Both
SyncState *
RC
}
mbsync() { command timeout 30 mbsync -qc "$SITE/mbsyncrc" all; }

@test "mbsync both ways: new mail, flags, folders and expunges travel in each direction, and then there is nothing to do" {
  with_mbsync
  mbsync
  [ "$(subjects "$SITE/copy/INBOX")" = "$all" ]
  # From the copy to the server.
  printf 'Subject: from here\n\nhello\n' >"$SITE/copy/INBOX/cur/900.here:2,F"
  mkdir -p "$SITE/copy/Bücher/"{cur,new,tmp}
  printf 'Subject: a book\n\nx\n' >"$SITE/copy/Bücher/new/901.book"
  rm "$(grep -l 'Subject: one' "$SITE"/copy/INBOX/*/*)"
  mbsync
  grep -l 'Subject: from here' "$SITE"/bob/Maildir/cur/*:2,F*
  [ "$(subjects "$SITE/bob/Maildir")" = 'Subject: from here Subject: three Subject: two ' ]
  # And back.
  printf 'Subject: from there\n\nhello\n' >"$SITE/bob/Maildir/new/902.there"
  mv "$(grep -l 'Subject: two' "$SITE"/bob/Maildir/*/*)" "$SITE/bob/Maildir/cur/2.two:2,FRS"
  rm "$SITE"/bob/Maildir/cur/3.three*
  mbsync
  [ "$(subjects "$SITE/copy/INBOX")" = 'Subject: from here Subject: from there Subject: two ' ]
  grep -l 'Subject: two' "$SITE"/copy/INBOX/cur/*:2,FRS
  before=$(bob)
  mbsync
  [ "$before" = "$(bob)" ]
}

@test "mbsync keeps in step the server's own Maildir: it renames the files, and they stay the messages that they are" {
  say() { printf '%s\r\n' 'a LOGIN bob secret' 'b SELECT INBOX' "$@" 'z LOGOUT' | "$BIN/imapd" 2>>"$SITE/log" | tr -d '\r'; }
  mkdir -p "$SITE/far/INBOX/"{cur,new,tmp}
  printf 'Subject: far\n\nx\n' >"$SITE/far/INBOX/new/1.far"
  printf '%s\n' 'MaildirStore server' "Inbox $SITE/bob/Maildir" 'SubFolders Maildir++' '' 'MaildirStore far' "Path $SITE/far/" \
    "Inbox $SITE/far/INBOX" '' 'Channel all' 'Far :far:' 'Near :server:' 'Expunge Both' 'Sync All' "SyncState $SITE/" >"$SITE/mbsyncrc"
  say 'c STORE 1:3 +FLAGS (work)' >"$SITE/said"
  mbsync
  ls "$SITE"/bob/Maildir/cur/2.two,U=*
  say 'c FETCH 1:* (UID FLAGS)' | tee "$SITE/said"
  [ "$(grep -cE '^\* [1-3] FETCH \(UID [1-3] FLAGS \(.*work\)\)$' "$SITE/said")" -eq 3 ]
  grep -q '^\* 4 FETCH (UID 4 ' "$SITE/said"
  say 'c STORE 4 +FLAGS (\Flagged)' 'd STORE 1 +FLAGS (\Deleted)' 'e EXPUNGE' >"$SITE/said"
  mbsync
  ls "$SITE"/far/INBOX/cur/1.far*:2,F
  [ "$(mail_of "$SITE/far/INBOX")" -eq 3 ]
  say 'c FETCH 1:* (UID)' | tee "$SITE/said"
  [ "$(grep -oE 'UID [0-9]+\)' "$SITE/said" | tr -d '\n')" = 'UID 2)UID 3)UID 4)' ]
}

@test "mbsync finds a folder whose name is not ASCII again" {
  printf '%s\r\n' 'a LOGIN bob secret' 'b CREATE B&APw-cher' 'c LOGOUT' | "$BIN/imapd" >"$SITE/said" 2>>"$SITE/log"
  with_mbsync
  mbsync
  [ -d "$SITE/copy/B&APw-cher" ] || [ -d "$SITE/copy/Bücher" ]
}

@test "offlineimap: a copy, what changed in it, and a second run" {
  command -v offlineimap >/dev/null || skip "offlineimap is not installed"
  mkdir "$SITE/copy"
  cat >"$SITE/offlineimaprc" <<RC
[general]
accounts = bob
metadata = $SITE/meta
maxsyncaccounts = 1
ui = quiet
[Account bob]
localrepository = here
remoterepository = there
[Repository here]
type = Maildir
localfolders = $SITE/copy
[Repository there]
type = IMAP
remotehost = 127.0.0.1
remoteport = $port
remoteuser = bob
remotepass = secret
ssl = no
starttls = no
RC
  sync() { HOME=$SITE timeout 60 offlineimap -o -c "$SITE/offlineimaprc" >"$SITE/said" 2>&1 || { cat "$SITE/said"; false; }; }
  sync
  [ "$(subjects "$SITE/copy/INBOX")" = "$all" ]
  file=$(grep -l 'Subject: two' "$SITE"/copy/INBOX/*/*)
  mv "$file" "$SITE/copy/INBOX/cur/$(basename "$file" | sed 's/:2,.*//'):2,FS"
  rm "$(grep -l 'Subject: one' "$SITE"/copy/INBOX/*/*)"
  printf 'Subject: from here\nMessage-ID: <here@test>\n\nhello\n' >"$SITE/copy/INBOX/new/900.here"
  sync
  ls "$SITE/bob/Maildir/cur/2.two:2,FS"
  [ "$(subjects "$SITE/bob/Maildir")" = 'Subject: from here Subject: three Subject: two ' ]
  before=$(bob)
  sync
  [ "$before" = "$(bob)" ]
  [ "$(subjects "$SITE/copy/INBOX")" = 'Subject: from here Subject: three Subject: two ' ]
}

@test "mutt, with nobody at its keyboard, reads, flags, copies and deletes" {
  cat >"$SITE/muttrc" <<RC
set folder=imap://bob@127.0.0.1:$port/ spoolfile=imap://bob@127.0.0.1:$port/INBOX imap_user=bob imap_pass=secret
set ssl_starttls=no ssl_force_tls=no wait_key=no quit=yes delete=yes confirmappend=no confirmcreate=no move=no header_cache= tmpdir=$SITE
set imap_passive=no resolve=no beep=no
push "<limit>~s two<enter><flag-message>F<limit>all<enter><search>~s one<enter><delete-message><search>~s three<enter><copy-message><kill-line>=Kept<enter><sync-mailbox><quit>"
RC
  sed -i 's/<flag-message>F/<flag-message>/' "$SITE/muttrc"
  mkfifo "$SITE/keys"
  TERM=xterm HOME=$SITE LANG=C.UTF-8 timeout 30 script -qec "mutt -n -F $SITE/muttrc" "$SITE/screen" <>"$SITE/keys" >/dev/null
  grep -l 'Subject: two' "$SITE"/bob/Maildir/cur/*:2,F*
  ! grep -l 'Subject: one' "$SITE"/bob/Maildir/*/*
  grep -rl 'Subject: three' "$SITE/bob/Maildir/.Kept"
}

@test "curl reads, searches and looks into the header" {
  url="imap://bob:secret@127.0.0.1:$port"
  [ "$(curl -sS "$url/INBOX;MAILINDEX=3;SECTION=TEXT" | tr -d '\r')" = 'body three' ]
  curl -sS "$url/INBOX?SUBJECT%20two" | grep -q '^\* SEARCH [0-9]'
  curl -sS "$url/INBOX" -X 'EXAMINE INBOX' | grep -q '^\* 3 EXISTS'
  curl -sS "$url/INBOX;UID=1" | grep -q '^Subject:'
}

@test "fetchmail takes all mail and leaves none behind" {
  printf "poll 127.0.0.1 service %s protocol IMAP user bob password secret is bob here fetchall no keep sslproto '' mda \"tee -a %s/got\"\n" "$port" "$SITE" >"$SITE/rc"
  chmod 600 "$SITE/rc"
  HOME=$SITE USER=bob timeout 30 fetchmail -f "$SITE/rc" --pidfile "$SITE/pid" >"$SITE/said" 2>&1 || { cat "$SITE/said"; false; }
  [ "$(grep -c '^Subject:' "$SITE/got")" -eq 3 ]
  [ "$(mail_of "$SITE/bob/Maildir")" -eq 0 ]
}

@test "getmail and mpop take it by POP3" {
  command -v getmail >/dev/null && command -v mpop >/dev/null || skip "getmail and mpop are not installed"
  stop
  wait "$SERVER_PID" || true
  serve "$BIN/pop3d"
  mkdir -p "$SITE/meta" "$SITE/mpop/"{cur,new,tmp}
  # getmail does not hear of a child that ends before it waits for it, and waits for three minutes then.
  cat >"$SITE/deliver" <<'SH'
until [ "$(cut -d ' ' -f 3 "/proc/$PPID/stat")" = S ]; do :; done
exec tee -a "$1"
SH
  cat >"$SITE/getmailrc" <<RC
[retriever]
type = SimplePOP3Retriever
server = 127.0.0.1
port = $port
username = bob
password = secret
[destination]
type = MDA_external
path = /bin/sh
arguments = ("$SITE/deliver", "$SITE/got")
allow_root_commands = true
[options]
delete = false
read_all = false
RC
  HOME=$SITE timeout 30 getmail --getmaildir "$SITE/meta" --rcfile "$SITE/getmailrc" >"$SITE/said" 2>&1 || { cat "$SITE/said"; false; }
  [ "$(grep '^Subject:' "$SITE/got" | sort | tr '\n' ' ')" = "$all" ]
  # What it has seen it knows again by its UIDL.
  mv "$SITE/bob/Maildir/new/1.one" "$SITE/bob/Maildir/cur/1.one:2,S"
  HOME=$SITE timeout 30 getmail --getmaildir "$SITE/meta" --rcfile "$SITE/getmailrc" >"$SITE/said" 2>&1
  [ "$(grep -c '^Subject:' "$SITE/got")" -eq 3 ]
  HOME=$SITE timeout 30 mpop --file=<(:) --host=127.0.0.1 --port="$port" --user=bob --passwordeval='echo secret' --auth=user --tls=off \
    --keep=off --delivery=maildir,"$SITE/mpop" --uidls-file="$SITE/uidls" >"$SITE/said" 2>&1 || { cat "$SITE/said"; false; }
  [ "$(subjects "$SITE/mpop")" = "$all" ]
  [ "$(mail_of "$SITE/bob/Maildir")" -eq 0 ]
}

@test "imapfilter sorts mail into folders" {
  command -v imapfilter >/dev/null || skip "imapfilter is not installed"
  mkdir -p "$SITE/.imapfilter"
  cat >"$SITE/filter.lua" <<LUA
options.timeout = 20
options.starttls = false
options.create = true
options.info = false
account = IMAP { server = '127.0.0.1', port = $port, username = 'bob', password = 'secret' }
inbox = account.INBOX
inbox:contain_subject('two'):move_messages(account['Sorted'])
inbox:contain_from('joerg'):add_flags({ '\\\\Flagged', 'important' })
inbox:contain_subject('one'):delete_messages()
print(#inbox:select_all(), #account['Sorted']:select_all(), #inbox:has_keyword('important'))
LUA
  HOME=$SITE timeout 30 imapfilter -c "$SITE/filter.lua" >"$SITE/said" 2>&1 || { cat "$SITE/said"; false; }
  grep -qE '^1\s+1\s+1$' "$SITE/said" || { cat "$SITE/said"; false; }
  grep -rl 'Subject: two' "$SITE/bob/Maildir/.Sorted"
  ls "$SITE"/bob/Maildir/cur/3.three:2,F*
}

@test "Python's imaplib: what RFC 3501 has" {
  python3 - "$port" <<'PY'
import imaplib, sys, time

def good(answer):
    assert answer[0] == "OK", answer
    return answer[1]

c = imaplib.IMAP4("127.0.0.1", int(sys.argv[1]), timeout=20)
good(c.login("bob", "secret"))
assert good(c.select())[0] == b"3"
separator = good(c.list('""', '""'))[0].split(b'"')[1].decode()
year = f"Project{separator}2023"
good(c.create(year))
assert any(b"Project" in line for line in good(c.list()))
good(c.subscribe(year))
assert any(b"Project" in line for line in good(c.lsub()))
good(c.append(year, r"(\Seen $Label1)", imaplib.Time2Internaldate(1_700_000_000), b"Subject: put\r\n\r\nhello\r\n"))
assert b"MESSAGES 1" in good(c.status(year, "(MESSAGES UIDNEXT UIDVALIDITY UNSEEN RECENT)"))[0]
found = good(c.search(None, "SUBJECT", "three"))[0]
assert found == b"3", found
assert good(c.search("UTF-8", "FROM", '"joerg"'))[0] == b"3"
assert good(c.fetch("3", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])"))[0][1] == b"Subject: three\r\n\r\n"
flags = good(c.store("1:2", "+FLAGS", r"(\Deleted)"))
assert len(flags) == 2
good(c.copy("1", year))
assert good(c.expunge()) == [b"1", b"1"]
assert good(c.uid("FETCH", "3", "(FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)"))
good(c.select(year, readonly=True))
assert c.store("1", "+FLAGS", r"(\Deleted)")[0] == "NO"
good(c.unselect())
good(c.rename(year, year + "x"))
good(c.delete(year + "x"))
good(c.noop())
c.logout()
PY
}

@test "imapflow: what modern clients ask for" {
  modules="$BIN/../peers/npm/node_modules"
  [ -d "$modules/imapflow" ] || skip "imapflow is not here"
  cat >"$SITE/flow.js" <<'JS'
const { ImapFlow } = require(process.argv[3] + '/imapflow');
(async () => {
  const client = new ImapFlow({ host: '127.0.0.1', port: Number(process.argv[2]), secure: false, doSTARTTLS: false, logger: false, auth: { user: 'bob', pass: 'secret' } });
  await client.connect();
  const lock = await client.getMailboxLock('INBOX');
  const seen = [];
  for await (const one of client.fetch('1:*', { envelope: true, flags: true, bodyStructure: true, internalDate: true, size: true, uid: true, threadId: true })) seen.push(one.envelope.subject);
  if (seen.sort().join(' ') !== 'one three two') throw new Error(seen.join(' '));
  const found = await client.search({ subject: 'two' }, { uid: true });
  await client.messageFlagsAdd(found, ['\\Flagged', 'important'], { uid: true });
  await client.mailboxCreate('Kept');
  await client.messageMove(found, 'Kept', { uid: true });
  await client.append('Kept', 'Subject: put\r\n\r\nhello\r\n', ['\\Seen'], new Date('2023-11-04'));
  lock.release();
  const status = await client.status('Kept', { messages: true, unseen: true });
  if (status.messages !== 2) throw new Error(JSON.stringify(status));
  const { content } = await (async () => { await client.mailboxOpen('Kept'); return client.download('2'); })();
  let text = '';
  for await (const chunk of content) text += chunk;
  if (!text.includes('hello')) throw new Error(text);
  await client.logout();
})().catch((error) => { console.error(error); process.exit(1); });
JS
  timeout 30 node "$SITE/flow.js" "$port" "$modules" || false
  grep -rl 'Subject: two' "$SITE"/bob/Maildir/.Kept/cur
}
