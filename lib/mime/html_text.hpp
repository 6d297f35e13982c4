// The text of an HTML body, for a terminal: streaming, UTF-8 to UTF-8. No layout: blocks become lines, links
// are followed by where they lead, and what is not shown (scripts, styles, comments) goes.
#pragma once

#include <string>
#include <string_view>

namespace mime {

class HtmlText {
 public:
  /// Appends to `out`.
  void update(std::string_view chunk, std::string& out);
  void finish(std::string& out);

 private:
  enum class State { text, tag, comment, entity };
  void take(char c, std::string& out);
  void take_text(char c, std::string& out);
  void take_tag(char c, std::string& out);
  void take_entity(char c, std::string& out);
  void end_tag(std::string& out);
  void end_link(std::string& out);
  void put(std::string_view text, std::string& out);
  void break_line(unsigned empty_lines);

  State state_ = State::text;
  std::string held_;           // a tag or an entity that is being read, up to a limit
  char quote_ = 0;             // inside a value of a tag
  bool value_next_ = false;    // in a tag behind '='
  std::string hidden_;         // the element whose content is not shown
  std::string link_;           // where the link that is open leads
  std::string link_text_;      // as far as a link's address may reach
  unsigned preformatted_ = 0;  // elements whose blanks count
  unsigned breaks_ = 0;        // line ends that are due before the next text
  bool blank_ = false;         // a blank is due before the next text
  bool any_ = false;           // something was written
};

}  // namespace mime
