#include "serve/spool_text.hpp"

#include <algorithm>
#include <cstdio>
#include <ctime>

#include "base/ascii.hpp"
#include "base/json.hpp"

namespace serve {

namespace {

constexpr std::size_t state_width = 8;                  // "deferred"
constexpr std::uint64_t last_second = 253'402'300'799;  // of the year 9999

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string calendar(std::uint64_t seconds, const char* form) {
  if (seconds > last_second) return "-";
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts = {};
  gmtime_r(&time, &parts);
  char text[64];
  return std::string(text, std::strftime(text, sizeof text, form, &parts));
}

std::string next_text(const SpoolRow& row, const SpoolStyle& style) {
  if (row.entry.due == spool::held_due) return "-";
  if (!style.terminal) return iso_time(row.entry.due);
  return row.entry.due <= style.now ? "now" : "in " + span_text(row.entry.due - style.now);
}

std::string arrived_text(const SpoolRow& row, const SpoolStyle& style) {
  if (!style.terminal) return iso_time(row.arrived);
  return span_text(style.now > row.arrived ? style.now - row.arrived : 0);
}

std::string coloured(std::string_view state) {
  const auto text = padded(std::string(state), state_width);
  const char* colour = state == "held" ? "31" : state == "deferred" ? "33" : state == "active" ? "36" : "32";
  return std::string("\x1b[") + colour + "m" + text + "\x1b[0m";
}

std::string details_text(const SpoolRow& row, const SpoolStyle& style) {
  if (!row.envelope) return "    cannot be read\n";
  const auto& envelope = *row.envelope;
  std::string out = "    " + (envelope.length ? std::to_string(*envelope.length) + " octets" : "incomplete") +
                    " from <" + base::printable(envelope.sender) + ">\n";
  for (const auto& recipient : envelope.recipients) {
    out += "    " + std::string(spool::word(recipient)) + " <" + base::printable(recipient.address) + ">\n";
    const auto* last = spool::last_note(row.notes, recipient.address);
    if (last == nullptr) continue;
    const auto when = style.terminal ? span_text(style.now > last->time ? style.now - last->time : 0) + " ago"
                                     : iso_time(last->time);
    out += "         " + when + " " + base::printable(last->event) + " " + base::printable(last->text) + "\n";
  }
  return out;
}

void put_text(std::string& out, std::string_view key, std::string_view value) {
  base::put_json_key(out, key);
  base::put_json(out, value);
}

void put_note(std::string& out, const spool::Note& note) {
  out += '{';
  base::put_json_number(out, "time", note.time);
  put_text(out, "event", note.event);
  put_text(out, "text", note.text);
  out += '}';
}

void put_recipient(std::string& out, const SpoolRow& row, const spool::Recipient& recipient, bool all_notes) {
  out += out.ends_with('[') ? "{" : ",{";
  put_text(out, "address", recipient.address);
  put_text(out, "status", spool::word(recipient));
  if (!recipient.parameters.empty()) put_text(out, "parameters", recipient.parameters);
  if (all_notes) {
    base::put_json_key(out, "attempts");
    out += '[';
    for (const auto& note : row.notes) {
      if (note.address != base::printable(recipient.address)) continue;
      if (!out.ends_with('[')) out += ',';
      put_note(out, note);
    }
    out += ']';
  } else if (const auto* last = spool::last_note(row.notes, recipient.address)) {
    base::put_json_key(out, "last");
    put_note(out, *last);
  }
  out += '}';
}

}  // namespace

std::string iso_time(std::uint64_t seconds) {
  return calendar(seconds, "%Y-%m-%dT%H:%M:%SZ");
}

std::string span_text(std::uint64_t seconds) {
  const auto minutes = seconds / 60;
  const auto hours = minutes / 60;
  if (seconds < 60) return std::to_string(seconds) + "s";
  if (hours == 0) return std::to_string(minutes) + "m";
  const auto two = [](std::uint64_t more, char unit, std::uint64_t rest, char unit_of_rest) {
    auto out = std::to_string(more) + unit;
    return rest == 0 ? out : out + std::to_string(rest) + unit_of_rest;
  };
  return hours < 24 ? two(hours, 'h', minutes % 60, 'm') : two(hours / 24, 'd', hours % 24, 'h');
}

std::string text_heading(const SpoolStyle& style) {
  if (!style.terminal) return {};
  const std::string line = "ID            STATE    AGE     NEXT      DESTINATION";
  return (style.colours ? "\x1b[1m" + line + "\x1b[0m" : line) + "\n";
}

std::string text_row(const SpoolRow& row, const SpoolStyle& style) {
  const std::size_t wide = style.terminal ? 7 : 20;
  auto out = row.entry.id + " " +
             (style.colours ? coloured(row.state) : padded(std::string(row.state), state_width)) + " " +
             padded(arrived_text(row, style), wide) + " " +
             padded(next_text(row, style), style.terminal ? wide + 2 : wide) + " " +
             base::printable(row.entry.destination) + "\n";
  if (style.details) out += details_text(row, style);
  return out;
}

std::string json_row(const SpoolRow& row, bool details, bool all_notes) {
  std::string out = "{";
  put_text(out, "id", row.entry.id);
  put_text(out, "state", row.state);
  base::put_json_number(out, "arrived", row.arrived);
  if (row.entry.due == spool::held_due) {
    base::put_json_key(out, "due");
    out += "null";
  } else {
    base::put_json_number(out, "due", row.entry.due);
  }
  put_text(out, "destination", row.entry.destination);
  if (details && row.envelope) {
    put_text(out, "sender", row.envelope->sender);
    if (!row.envelope->parameters.empty()) put_text(out, "parameters", row.envelope->parameters);
    base::put_json_key(out, "size");
    out += row.envelope->length ? std::to_string(*row.envelope->length) : "null";
    base::put_json_key(out, "recipients");
    out += '[';
    for (const auto& recipient : row.envelope->recipients) put_recipient(out, row, recipient, all_notes);
    out += ']';
  }
  return out + "}\n";
}

std::string mailq_heading() {
  return "-Queue ID-----  --Size-- ----Arrival Time---- -Sender/Recipient-------\n";
}

std::string mailq_row(const SpoolRow& row) {
  const char mark = row.state == "active" ? '*' : row.state == "held" ? '!' : ' ';
  const auto size = row.envelope && row.envelope->length ? std::to_string(*row.envelope->length) : "?";
  const std::string indent(41, ' ');
  auto out = row.entry.id + mark + " " + std::string(size.size() < 9 ? 9 - size.size() : 0, ' ') + size +
             " " + padded(calendar(row.arrived, "%a %b %e %H:%M:%S"), 20) + " ";
  if (!row.envelope) return out + "?\n" + indent + "?@" + base::printable(row.entry.destination) + "\n\n";
  const auto& sender = row.envelope->sender;
  out += (sender.empty() ? "MAILER-DAEMON" : base::printable(sender)) + "\n";
  for (const auto& recipient : row.envelope->recipients) {
    if (recipient.status != spool::Status::todo) continue;
    if (const auto* last = spool::last_note(row.notes, recipient.address))
      out += "(" + base::printable(last->text) + ")\n";
    out += indent + base::printable(recipient.address) + "\n";
  }
  return out + "\n";
}

std::string mailq_end(std::size_t messages, std::uint64_t octets) {
  if (messages == 0) return "Mail queue is empty\n";
  return "-- " + std::to_string((octets + 1023) / 1024) + " Kbytes in " + std::to_string(messages) +
         " Request" + (messages == 1 ? "" : "s") + ".\n";
}

}  // namespace serve
