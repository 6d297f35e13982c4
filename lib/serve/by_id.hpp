// What is known of each message, by its id, in many small tables: none of them is ever large enough for its
// growth to hold up anybody.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>

namespace serve {

template <class T>
class ById {
 public:
  static constexpr std::size_t tables = 256;

  /// Null: there is none. Good until it is taken away.
  T* find(std::uint64_t id) {
    auto& table = of(id);
    const auto found = table.find(id);
    return found == table.end() ? nullptr : &found->second;
  }
  const T* find(std::uint64_t id) const { return const_cast<ById*>(this)->find(id); }
  bool contains(std::uint64_t id) const { return find(id) != nullptr; }

  void put(std::uint64_t id, T value) {
    size_ += of(id).insert_or_assign(id, std::move(value)).second ? 1 : 0;
  }
  void erase(std::uint64_t id) { size_ -= of(id).erase(id); }
  std::optional<T> take(std::uint64_t id) {
    auto node = of(id).extract(id);
    if (!node) return std::nullopt;
    --size_;
    return std::move(node.mapped());
  }

  std::size_t size() const { return size_; }
  template <class Use>
  void each(const Use& use) {
    for (std::size_t table = 0; table < tables; ++table) each_of(table, use);
  }
  /// A part of them; there are `tables`.
  template <class Use>
  void each_of(std::size_t table, const Use& use) {
    for (auto& [id, value] : tables_[table]) use(value);
  }

 private:
  using Table = std::unordered_map<std::uint64_t, T>;

  /// The last bits of an id are random ones, and the very last four its directory.
  Table& of(std::uint64_t id) { return tables_[id / 16 % tables]; }

  std::array<Table, tables> tables_;
  std::size_t size_ = 0;
};

}  // namespace serve
