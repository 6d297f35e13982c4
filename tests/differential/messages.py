"""Messages at random, the same for the same seed: nested, in all encodings and charsets, now and then damaged."""

import base64
import quopri
import random

charsets = {"us-ascii": "plain words", "utf-8": "naïve café — 你好", "iso-8859-1": "café au lait", "koi8-r": "добрый день",
            "iso-2022-jp": "日本語", "windows-1252": "“quoted” – €", "gb2312": "你好"}


class Writer:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.end = self.random.choice([b"\n", b"\r\n"])
        self.boundaries = 0

    def text(self, charset):
        lines = []
        for _ in range(self.random.randint(0, 8)):
            words = [self.random.choice([charsets[charset], "word", "=", "--", ". ", "From x", "a" * 70, ""])
                     for _ in range(self.random.randint(0, 6))]
            lines.append(" ".join(words))
        text = "".join(line + "\n" for line in lines)
        if self.random.random() < 0.3:
            text = text.rstrip("\n")
        return text.encode(charset).replace(b"\n", self.end)

    def encode(self, octets, encoding):
        if encoding == "base64":
            return base64.encodebytes(octets).replace(b"\n", self.end)
        if encoding == "quoted-printable":
            binary = quopri.encodestring(octets.replace(self.end, b"\n"))
            return binary.replace(b"\n", self.end)
        return octets

    def fields(self, *fields):
        out = b""
        for field in fields:
            if self.random.random() < 0.2:
                field = field.replace("; ", ";\n\t", 1)
            out += field.encode().replace(b"\n", self.end) + self.end
        return out

    def leaf(self):
        kind = self.random.choice(["text/plain", "text/html", "application/octet-stream", "image/png", ""])
        encoding = self.random.choice(["7bit", "8bit", "base64", "quoted-printable", "Base64", "", "binary"])
        if kind.startswith("text") or not kind:
            charset = self.random.choice(list(charsets)) if kind else "us-ascii"
            octets = self.text(charset)
        else:
            charset = None
            octets = self.random.randbytes(self.random.randint(0, 200))
            encoding = "base64"
        fields = []
        if kind:
            parameters = f"; charset={charset}" if charset else "; name=\"a file.bin\""
            fields.append(f"Content-Type: {kind}{parameters}")
        if encoding:
            fields.append(f"Content-Transfer-Encoding: {encoding}")
        if self.random.random() < 0.3:
            fields.append("Content-Disposition: attachment; filename*=utf-8''caf%C3%A9.txt")
        return self.fields(*fields) + self.end + self.encode(octets, encoding.lower())

    def multipart(self, depth):
        self.boundaries += 1
        boundary = self.random.choice(["=_{}", "----=_Part_{}", "b{}", "simple boundary {}", "x:{}'y"]).format(self.boundaries)
        kind = self.random.choice(["mixed", "alternative", "related", "parallel", "report", "x-unknown", "digest"])
        mark = b"--" + boundary.encode()
        out = self.fields(f"Content-Type: multipart/{kind}; boundary=\"{boundary}\"") + self.end
        if self.random.random() < 0.4:
            out += b"preamble -- not a part" + self.end
        for _ in range(self.random.randint(1, 4)):
            part = self.message(depth + 1) if kind == "digest" else self.entity(depth + 1)
            if kind == "digest":
                part = self.end + part
            blanks = self.random.choice([b"", b"", b"", b" ", b"\t "])
            out += mark + blanks + self.end + part + self.end
        if self.random.random() < 0.95:
            out += mark + b"--" + self.end
        if self.random.random() < 0.3:
            out += b"epilogue" + self.end
        return out

    def message(self, depth):
        return self.fields("Subject: inner", "MIME-Version: 1.0") + self.entity(depth)

    def entity(self, depth):
        choice = self.random.random()
        if depth > 4 or choice < 0.6:
            return self.leaf()
        if choice < 0.9:
            return self.multipart(depth)
        return self.fields("Content-Type: message/rfc822") + self.end + self.message(depth + 1)


def message(seed):
    writer = Writer(seed)
    head = writer.fields("From: a@example.test", "Date: Tue, 14 Nov 2023 22:13:20 +0000", "MIME-Version: 1.0",
                         "Subject: =?utf-8?q?caf=C3=A9?= x")
    return head + (writer.multipart(0) if writer.random.random() < 0.8 else writer.entity(0))
