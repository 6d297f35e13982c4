"""What a disk may hold after a power cut: the changes a delivery made, as recorded, and every state they may leave.

The model is the strict one: a write is on disk once its file was synced, a name once its directory was synced, and
until then each of them may be there or not, in any order. A write may also be there in part, or as zeros. A rename
is there or not, never half. What was there before the delivery is safe.
"""

import collections
import itertools
import os
import random

# A change: what it is, the names, the file (a number) and what was written.
Change = collections.namedtuple("Change", "kind path other file offset data", defaults=(None, None, 0, b""))
page = 4096


class Log:
    """The changes below a folder, in order; files are told apart by number, whatever they are called by then."""

    def __init__(self, lines, root, files):
        self.root, self.names, self.changes = str(root).encode(), {}, []
        self.old = dict(enumerate(files.values()))
        for number, path in enumerate(files):
            self.names[path] = number
        for line in lines:
            words = line.split()
            if len(words) > 5:
                self.add(words[4], ["" if word == "-" else word for word in words[5:]])

    def add(self, kind, words):
        if kind == "say":
            self.changes.append(Change("say", b"", data=bytes.fromhex(words[0])))
            return
        path = bytes.fromhex(words[0])
        if not path.startswith(self.root + b"/") or path.endswith((b"/log", b"/lock")):
            return
        file = self.names.get(path)
        if kind == "create":
            self.names[path] = file = 1000 + len(self.changes)
            self.changes.append(Change(kind, path, file=file))
        elif kind in ("rename", "link"):
            other = bytes.fromhex(words[1])
            self.names[other] = self.names.pop(path) if kind == "rename" else file
            self.changes.append(Change(kind, path, other, self.names[other]))
        elif kind == "unlink":
            self.names.pop(path, None)
            self.changes.append(Change(kind, path, file=file))
        elif kind == "mkdir" or kind == "sync":
            self.changes.append(Change(kind, path, file=file))
        elif kind == "write" and file is not None:
            self.changes.append(Change(kind, path, None, file, int(words[1]), bytes.fromhex(words[2])))
        elif kind == "truncate" and file is not None:
            self.changes.append(Change(kind, path, None, file, int(words[1])))


def folder_of(change):
    return os.path.dirname(change.other or change.path)


def settles(sync, change):
    """Whether this sync puts that change on disk."""
    if change.kind in ("write", "truncate"):
        return sync.file is not None and sync.file == change.file
    return sync.file is None and sync.path == folder_of(change)


def choices(change, size):
    """What may be on disk of a change that nothing has put there: kinds of presence."""
    out = ["gone", "whole"]
    if change.kind == "write" and change.offset >= size:
        out.append("zeros")
    if change.kind == "write" and len(change.data) > page:
        out.append("part")
    return out


def apply(change, how, names, data):
    if change.kind == "write":
        written = change.data
        if how == "zeros":
            written = bytes(len(written))
        elif how == "part":
            written = written[: len(written) // 2 // page * page]
        content = data.setdefault(change.file, bytearray())
        content.extend(bytes(max(0, change.offset - len(content))))
        content[change.offset : change.offset + len(written)] = written
    elif change.kind == "truncate":
        del data.setdefault(change.file, bytearray())[change.offset :]
    elif change.kind == "create":
        names[change.path] = change.file
    elif change.kind == "mkdir":
        names[change.path] = None
    elif change.kind in ("rename", "unlink"):
        names.pop(change.path, None)
    if change.kind in ("rename", "link"):
        names[change.other] = change.file


def ways(options, bound, choice):
    """Every way to choose, or, where they are more than the bound, all with at most one odd one out and some others."""
    total = 1
    for each in options:
        total *= len(each)
    if total <= bound:
        yield from itertools.product(*options)
        return
    for common in (0, 1):
        for odd in range(len(options)):
            for value in options[odd]:
                yield tuple(value if at == odd else each[common] for at, each in enumerate(options))
    for _ in range(bound):
        yield tuple(choice.choice(each) for each in options)


def states(changes, old_names, old_data, bound, seed):
    """Every (number of changes made, names, contents) a power cut may leave, each once for what was said by then."""
    choice, seen, said = random.Random(seed), set(), 0
    for count in range(len(changes) + 1):
        made = changes[:count]
        said = sum(each.kind == "say" for each in made)
        real = [(at, each) for at, each in enumerate(made) if each.kind not in ("say", "sync")]
        open_ones = [at for at, each in real if not any(x.kind == "sync" and settles(x, each) for x in made[at:])]
        sizes = collections.Counter()
        options = []
        for at, each in real:
            if at in open_ones:
                options.append(choices(each, max(sizes[each.file], len(old_data.get(each.file, b"")))))
            sizes[each.file] = max(sizes[each.file], each.offset + len(each.data))
        for way in ways(options, bound, choice):
            names, data = dict(old_names), {file: bytearray(content) for file, content in old_data.items()}
            how = dict(zip(open_ones, way))
            for at, each in real:
                if how.get(at, "whole") != "gone":
                    apply(each, how.get(at, "whole"), names, data)
            tree = {path: None if file is None else bytes(data.get(file, b"")) for path, file in names.items()}
            key = (said, count == len(changes), hash(frozenset(tree.items())))
            if key not in seen:
                seen.add(key)
                yield count, tree
