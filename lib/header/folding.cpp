#include "header/folding.hpp"

namespace header {

void FieldWriter::put(std::string_view piece, std::string_view blanks, std::size_t reserve) {
  if (column_ + blanks.size() + piece.size() + reserve > columns) {
    out_ += '\n';
    column_ = 0;
  }
  out_ += blanks;
  out_ += piece;
  column_ += blanks.size() + piece.size();
}

void FieldWriter::glue(std::string_view mark) {
  out_ += mark;
  column_ += mark.size();
}

}  // namespace header
