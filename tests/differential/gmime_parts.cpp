// What GMime sees in the message on standard input, as JSON on one line: {type,filename,size,sha256,parts}
// for each part, children (also the message inside message/rfc822) in parts. Size and digest are of the
// decoded content; a part that holds others has none. With an argument, the decoded contents are also written
// to files 1, 2, ... of that directory.
#include <gmime/gmime.h>

#include <fstream>
#include <iostream>
#include <string>

namespace {

std::string quoted(const char* text) {
  if (text == nullptr) return "null";
  std::string out = "\"";
  for (const char* at = text; *at != '\0'; ++at) {
    const auto c = static_cast<unsigned char>(*at);
    constexpr char digits[] = "0123456789abcdef";
    if (c == '"' || c == '\\') {
      out += {'\\', *at};
    } else if (c < 32 || c == 127) {
      out += std::string("\\u00") + digits[c >> 4] + digits[c & 15];
    } else {
      out += *at;
    }
  }
  return out + "\"";
}

class Printer {
 public:
  explicit Printer(std::string directory) : directory_(std::move(directory)) {}

  std::string object(GMimeObject* part) {
    auto* const type = g_mime_object_get_content_type(part);
    char* const name = g_mime_content_type_get_mime_type(type);
    std::string out = "{\"type\":" + quoted(name);
    g_free(name);
    if (GMIME_IS_PART(part)) {
      auto* const leaf = GMIME_PART(part);
      out += ",\"filename\":" + quoted(g_mime_part_get_filename(leaf)) + content(leaf);
    } else {
      out += ",\"filename\":" + quoted(g_mime_object_get_content_disposition_parameter(part, "filename"));
    }
    return out + ",\"parts\":[" + children(part) + "]}";
  }

 private:
  std::string children(GMimeObject* part) {
    std::string out;
    if (GMIME_IS_MESSAGE_PART(part)) {
      auto* const message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(part));
      auto* const root = message == nullptr ? nullptr : g_mime_message_get_mime_part(message);
      if (root != nullptr) out += object(root);
    } else if (GMIME_IS_MULTIPART(part)) {
      auto* const parts = GMIME_MULTIPART(part);
      for (int i = 0; i < g_mime_multipart_get_count(parts); ++i)
        out += (i > 0 ? "," : "") + object(g_mime_multipart_get_part(parts, i));
    }
    return out;
  }

  std::string content(GMimePart* leaf) {
    auto* const wrapper = g_mime_part_get_content(leaf);
    auto* const memory = GMIME_STREAM_MEM(g_mime_stream_mem_new());
    if (wrapper != nullptr) g_mime_data_wrapper_write_to_stream(wrapper, GMIME_STREAM(memory));
    const auto* const bytes = g_mime_stream_mem_get_byte_array(memory);
    char* const digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes->data, bytes->len);
    const std::string out = ",\"size\":" + std::to_string(bytes->len) + ",\"sha256\":" + quoted(digest);
    if (!directory_.empty()) {
      std::ofstream file(directory_ + "/" + std::to_string(++leaves_), std::ios::binary);
      file.write(reinterpret_cast<const char*>(bytes->data), bytes->len);
    }
    g_free(digest);
    g_object_unref(memory);
    return out;
  }

  std::string directory_;
  int leaves_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  g_mime_init();
  auto* const input = g_mime_stream_pipe_new(0);
  auto* const parser = g_mime_parser_new_with_stream(input);
  g_mime_parser_set_persist_stream(parser, FALSE);
  auto* const message = g_mime_parser_construct_message(parser, nullptr);
  if (message == nullptr) {
    std::cerr << "gmime_parts: this is no message\n";
    return 65;
  }
  auto* const root = g_mime_message_get_mime_part(message);
  std::cout << (root == nullptr ? "null" : Printer(argc > 1 ? argv[1] : "").object(root)) << "\n";
  g_object_unref(message);
  g_object_unref(parser);
  g_object_unref(input);
  g_mime_shutdown();
  return 0;
}
