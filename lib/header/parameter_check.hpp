// What is wrong with the parameters of one field taken together: pieces of RFC 2231 that do not fit, names
// that stand there twice, text that is not encoded as it should be.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/defect.hpp"

namespace header {

inline constexpr base::Rule duplicate_parameter{"duplicate-parameter", "a parameter stands there twice",
                                                "RFC 2045 5", base::Harm::ambiguous};
inline constexpr base::Rule word_in_parameter{"word-in-parameter", "an encoded word in a parameter",
                                              "RFC 2047 5", base::Harm::ambiguous};
inline constexpr base::Rule raw_parameter{"raw-parameter", "a parameter that is not ASCII is not encoded",
                                          "RFC 2231 4", base::Harm::ambiguous};
inline constexpr base::Rule missing_piece{"missing-piece", "a piece of a parameter is missing", "RFC 2231 3",
                                          base::Harm::damage};
inline constexpr base::Rule bad_piece_number{"bad-piece-number", "a piece has no number of the grammar",
                                             "RFC 2231 3", base::Harm::ambiguous};
inline constexpr base::Rule missing_charset{"missing-charset", "an extended parameter says no charset",
                                            "RFC 2231 4", base::Harm::ambiguous};
inline constexpr base::Rule repeated_charset{"repeated-charset", "a later piece says the charset again",
                                             "RFC 2231 4.1", base::Harm::ambiguous};
inline constexpr base::Rule unknown_parameter_charset{
    "unknown-parameter-charset", "the charset of a parameter is not known", "RFC 2231 4", base::Harm::damage};
inline constexpr base::Rule bad_percent{"bad-percent", "a '%' without two hexadecimal digits", "RFC 2231 7",
                                        base::Harm::damage};
inline constexpr base::Rule missing_star{"missing-star", "an encoded value whose name has no star behind it",
                                         "RFC 2231 4.1", base::Harm::ambiguous};
inline constexpr base::Rule two_kinds_of_file{"two-kinds-of-file",
                                              "the forms of a file name end in different extensions",
                                              "RFC 2231 4", base::Harm::ambiguous};

class ParameterCheck {
 public:
  explicit ParameterCheck(base::Defects* defects) : defects_(defects) {}

  /// `name` in lower case, at `offset`.
  void add(const std::string& name, const std::string& value, std::size_t offset);
  /// What only the whole list tells.
  void finish();

 private:
  struct Piece {
    std::size_t offset = 0;
    bool extended = false;
    std::string value;
  };
  using Pieces = std::map<std::size_t, Piece>;

  void add_piece(std::string_view base_name, std::string_view number, Piece piece);
  void check_extended(std::string_view value, bool first, std::size_t offset);
  void check_pieces(const std::string& name, const Pieces& pieces);

  base::Defects* defects_;
  std::set<std::string> names_;
  std::map<std::string, std::string> plain_;  // the plain forms of file names
  std::map<std::string, Pieces> pieces_;
};

/// The pieces that are joined: more is an attack.
inline constexpr std::size_t piece_limit = 1000;

/// A value written as `charset'language'text`.
struct Extended {
  std::string_view charset;
  std::string_view language;
  std::string_view text;
};

/// True if the value has both quotes.
bool split_extended(std::string_view value, Extended& out);

/// True for `charset'language'%XX` with a charset that is known: what nobody writes by chance.
bool looks_extended(std::string_view value);

}  // namespace header
