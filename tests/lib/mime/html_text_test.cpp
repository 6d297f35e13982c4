#include "mime/html_text.hpp"

#include <gtest/gtest.h>

namespace html_text_test {
namespace {

std::string text_of(std::string_view html, std::size_t split) {
  mime::HtmlText reader;
  std::string out;
  reader.update(html.substr(0, split), out);
  reader.update(html.substr(split), out);
  reader.finish(out);
  return out;
}

TEST(HtmlText, TableAtEverySplit) {
  const struct {
    const char* html;
    const char* wanted;
  } rows[] = {
      {"", ""},
      {"plain", "plain\n"},
      {"<html><head><title>x</title></head><body><p>one\n  two</p><p>three</p></body>", "one two\n\nthree\n"},
      {"a<br>b<br/>c<BR><br>d", "a\nb\nc\n\nd\n"},
      {"<div>a</div><div>b</div>", "a\nb\n"},
      {"x &amp; y &lt;z&gt; &#65;&#x42; &nbsp;&eacute; &nosuch; &", "x & y <z> AB \xC3\xA9 &nosuch; &\n"},
      {"a<script>if (a<b) s = \"</x>\";</script>b<style>p > a {}</style>c", "abc\n"},
      {"a<!-- no -- > <b> -->b", "ab\n"},
      {"<a href=\"http://x.test/?a=1>2\">here</a>.", "here <http://x.test/?a=1>2>.\n"},
      {"<a href='http://x.test/'>http://x.test/</a>", "http://x.test/\n"},
      {"<a href=\"http://x.test/?a=1&amp;b=2&c&#10;\">here</a>", "here <http://x.test/?a=1&b=2&c >\n"},
      {"<a title = \"a>b\" href= 'http://x.test/>'>here</a> x", "here <http://x.test/>> x\n"},
      {"<img alt=\"caf&eacute; &bogus; &\"> x", "caf\xC3\xA9 &bogus; & x\n"},
      {"<a href=\"javascript:alert(1)\">here</a>", "here\n"},
      {"<pre>a\n  b\n\nc</pre>", "a\n  b\n\nc\n"},
      {"<ul><li>one<li>two</ul>", "* one\n* two\n"},
      {"<table><tr><td>a<td>b<tr><td>c</table>", "a b\nc\n"},
      {"<img src=x alt=\"a cat\">!", "a cat!\n"},
      {"1 < 2 and 3 <4", "1 < 2 and 3 <4\n"},
      {"cut <b", "cut\n"},
  };
  for (const auto& row : rows) {
    const std::string_view html = row.html;
    for (std::size_t split = 0; split <= html.size(); ++split)
      EXPECT_EQ(text_of(html, split), row.wanted) << html << " at " << split;
  }
}

}  // namespace
}  // namespace html_text_test
