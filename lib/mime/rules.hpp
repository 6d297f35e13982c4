// What can be wrong in the structure and the contents of a message (RFC 2045, 2046, 5322), as `mime-decode
// --check` names it.
#pragma once

#include "base/defect.hpp"

namespace mime {

using base::Harm;
using base::Rule;

// Structure
inline constexpr Rule missing_end = {"missing-end", "a multipart ends without its closing boundary",
                                     "RFC 2046 5.1.1", Harm::damage};
inline constexpr Rule no_boundary = {"no-boundary", "a multipart has no boundary parameter", "RFC 2046 5.1.1",
                                     Harm::damage};
inline constexpr Rule no_parts = {"no-parts", "the boundary of a multipart does not occur in it",
                                  "RFC 2046 5.1.1", Harm::damage};
inline constexpr Rule bad_boundary = {
    "bad-boundary", "a boundary is longer than 70 characters or has one that may not be in it",
    "RFC 2046 5.1.1", Harm::none};
inline constexpr Rule odd_boundary = {
    "odd-boundary",
    "a boundary given twice, in pieces, or with comments, escapes, folds: programs differ in it",
    "RFC 2046 5.1.1", Harm::ambiguous};
inline constexpr Rule boundary_alike = {"boundary-alike",
                                        "a line starts like a boundary that is open, and goes on",
                                        "RFC 2046 5.1.2", Harm::ambiguous};
inline constexpr Rule boundary_nested = {"boundary-nested",
                                         "a multipart has the boundary of one around it, or the start of one",
                                         "RFC 2046 5.1.2", Harm::ambiguous};
inline constexpr Rule part_after_end = {"part-after-end", "a boundary occurs again behind the closing one",
                                        "RFC 2046 5.1.1", Harm::ambiguous};
inline constexpr Rule no_empty_line = {"no-empty-line", "the header of a part ends without an empty line",
                                       "RFC 2046 5.1", Harm::ambiguous};
inline constexpr Rule too_deep = {"too-deep", "parts are nested deeper than is read", "RFC 2049 2",
                                  Harm::ambiguous};
inline constexpr Rule too_many_parts = {"too-many-parts", "there are more parts than are read", "RFC 2049 2",
                                        Harm::ambiguous};
inline constexpr Rule too_much_header = {
    "too-much-header", "a field that is not read: those of all parts together are longer than 2 MiB",
    "RFC 2049 2", Harm::damage};

// Fields that give the structure
inline constexpr Rule two_content_types = {
    "two-content-types", "Content-Type is given twice; the first counts", "RFC 2045 3", Harm::ambiguous};
inline constexpr Rule two_encodings = {"two-encodings",
                                       "Content-Transfer-Encoding is given twice; the first counts",
                                       "RFC 2045 3", Harm::ambiguous};
inline constexpr Rule two_dispositions = {"two-dispositions",
                                          "Content-Disposition is given twice; the first counts",
                                          "RFC 2183 2", Harm::ambiguous};
inline constexpr Rule bad_content_type = {"bad-content-type",
                                          "Content-Type is no type/subtype and taken for text/plain",
                                          "RFC 2045 5.1", Harm::ambiguous};
inline constexpr Rule unknown_encoding = {"unknown-encoding", "the Content-Transfer-Encoding is not known",
                                          "RFC 2045 6.4", Harm::damage};
inline constexpr Rule odd_encoding = {"odd-encoding", "something stands behind the Content-Transfer-Encoding",
                                      "RFC 2045 6.1", Harm::ambiguous};
inline constexpr Rule encoded_composite = {
    "encoded-composite", "a multipart or a message in another encoding than 7bit, 8bit, binary",
    "RFC 2045 6.4", Harm::ambiguous};

inline constexpr Rule two_names = {
    "two-names", "the name in Content-Type is another than the one in Content-Disposition, which counts",
    "RFC 2183 2.3", Harm::ambiguous};

// Contents
inline constexpr Rule bad_base64 = {"bad-base64", "characters that are no base64, or a text cut short",
                                    "RFC 2045 6.8", Harm::damage};
inline constexpr Rule bad_quoted_printable = {"bad-quoted-printable", "an '=' that starts nothing",
                                              "RFC 2045 6.7", Harm::damage};
inline constexpr Rule bad_uuencode = {"bad-uuencode", "a line that is no uuencode, or no end line",
                                      "POSIX uuencode", Harm::damage};
inline constexpr Rule unknown_charset = {"unknown-charset", "the charset is not known; octets are shown",
                                         "RFC 2046 4.1.2", Harm::damage};
inline constexpr Rule bad_text = {"bad-text", "octets that are no text in the charset given",
                                  "RFC 2046 4.1.2", Harm::damage};
inline constexpr Rule bare_cr = {"bare-cr", "a CR without LF behind it", "RFC 5322 2.3", Harm::ambiguous};
inline constexpr Rule mixed_line_ends = {"mixed-line-ends", "LF alone and CRLF in one message",
                                         "RFC 5322 2.3", Harm::ambiguous};
inline constexpr Rule nul = {"nul", "a NUL in a body that is not binary", "RFC 5322 2.3", Harm::ambiguous};
inline constexpr Rule long_line = {"long-line", "a line longer than 998 characters", "RFC 5322 2.1.1",
                                   Harm::none};
inline constexpr Rule undeclared_8bit = {"undeclared-8bit", "octets above 127 in a body said to be 7bit",
                                         "RFC 2045 2.7", Harm::none};

}  // namespace mime
