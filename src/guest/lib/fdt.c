/* Reader for the flattened device tree (devicetree specification, chapter 5). */
#include "lib.h"

#define FDT_MAGIC 0xd00dfeed
#define MAX_DEPTH 16

uint32_t be32(uint32_t value) {
  return value >> 24 | (value >> 8 & 0xff00) | (value << 8 & 0xff0000) | value << 24;
}

static const struct fdt_header *header_of(const void *fdt) { return fdt; }

static const char *struct_at(const void *fdt, uint32_t offset) {
  return (const char *)fdt + be32(header_of(fdt)->off_dt_struct) + offset;
}

static uint32_t word_at(const void *fdt, uint32_t offset) {
  if (offset + 4 > be32(header_of(fdt)->size_dt_struct)) return FDT_END;
  return be32(*(const uint32_t *)struct_at(fdt, offset));
}

static uint32_t align4(uint32_t offset) { return (offset + 3) & ~3u; }

bool fdt_valid(const void *fdt) {
  return fdt != NULL && ((uintptr_t)fdt & 3) == 0 && be32(header_of(fdt)->magic) == FDT_MAGIC;
}

uint32_t fdt_size(const void *fdt) { return be32(header_of(fdt)->totalsize); }

const char *fdt_name(const void *fdt, int node) { return struct_at(fdt, (uint32_t)node + 4); }

static uint32_t after_begin(const void *fdt, int node) {
  return align4((uint32_t)node + 4 + (uint32_t)strlen(fdt_name(fdt, node)) + 1);
}

static uint32_t after_prop(const void *fdt, uint32_t offset) {
  return align4(offset + 12 + word_at(fdt, offset + 4));
}

int fdt_next_node(const void *fdt, int node, int *depth) {
  uint32_t at = node < 0 ? 0 : after_begin(fdt, node);
  for (;;) {
    uint32_t token = word_at(fdt, at);
    if (token == FDT_BEGIN_NODE) {
      ++*depth;
      return (int)at;
    }
    if (token == FDT_END_NODE) --*depth;
    else if (token != FDT_PROP && token != FDT_NOP) return FDT_NONE;
    at = token == FDT_PROP ? after_prop(fdt, at) : at + 4;
  }
}

/* Offset of the FDT_END_NODE that closes the node. */
uint32_t fdt_node_end(const void *fdt, int node) {
  uint32_t at = after_begin(fdt, node);
  for (int depth = 1;;) {
    uint32_t token = word_at(fdt, at);
    if (token == FDT_END) return at;
    if (token == FDT_END_NODE && --depth == 0) return at;
    if (token == FDT_BEGIN_NODE) depth++;
    if (token == FDT_BEGIN_NODE) at = after_begin(fdt, (int)at);
    else at = token == FDT_PROP ? after_prop(fdt, at) : at + 4;
  }
}

const void *fdt_prop(const void *fdt, int node, const char *name, uint32_t *size) {
  const char *strings = (const char *)fdt + be32(header_of(fdt)->off_dt_strings);
  uint32_t at = after_begin(fdt, node);
  for (;;) {
    uint32_t token = word_at(fdt, at);
    if (token == FDT_PROP && strcmp(strings + word_at(fdt, at + 8), name) == 0) {
      *size = word_at(fdt, at + 4);
      return struct_at(fdt, at + 12);
    }
    if (token != FDT_PROP && token != FDT_NOP) return NULL;
    at = token == FDT_PROP ? after_prop(fdt, at) : at + 4;
  }
}

static bool name_matches(const char *node_name, const char *name) {
  size_t size = strlen(name);
  return strncmp(node_name, name, size) == 0 && (node_name[size] == 0 || node_name[size] == '@');
}

int fdt_child(const void *fdt, int parent, const char *name) {
  int depth = 0;
  for (int node = fdt_next_node(fdt, parent, &depth); node >= 0 && depth > 0;
       node = fdt_next_node(fdt, node, &depth)) {
    if (depth == 1 && name_matches(fdt_name(fdt, node), name)) return node;
  }
  return FDT_NONE;
}

int fdt_parent(const void *fdt, int node) {
  int path[MAX_DEPTH] = {FDT_NONE};
  int depth = -1;
  for (int at = fdt_next_node(fdt, FDT_NONE, &depth); at >= 0 && depth < MAX_DEPTH;
       at = fdt_next_node(fdt, at, &depth)) {
    path[depth] = at;
    if (at == node) return depth == 0 ? FDT_NONE : path[depth - 1];
  }
  return FDT_NONE;
}

bool fdt_is_compatible(const void *fdt, int node, const char *compatible) {
  uint32_t size;
  const char *list = fdt_prop(fdt, node, "compatible", &size);
  if (list == NULL) return false;
  for (uint32_t at = 0; at < size; at += (uint32_t)strlen(list + at) + 1) {
    if (strcmp(list + at, compatible) == 0) return true;
  }
  return false;
}

int fdt_find_compatible(const void *fdt, int after, const char *compatible) {
  int depth = -1;
  int node = fdt_next_node(fdt, after, &depth);
  while (node >= 0 && !fdt_is_compatible(fdt, node, compatible)) node = fdt_next_node(fdt, node, &depth);
  return node;
}

uint64_t fdt_cell(const void *fdt, int node, const char *name, unsigned index, uint64_t otherwise) {
  uint32_t size;
  const uint32_t *cells = node < 0 ? NULL : fdt_prop(fdt, node, name, &size);
  if (cells == NULL || size < 4 * (index + 1)) return otherwise;
  return be32(cells[index]);
}

static uint64_t read_cells(const uint32_t *cells, unsigned count) {
  uint64_t value = 0;
  for (unsigned i = 0; i < count; i++) value = value << 32 | be32(cells[i]);
  return value;
}

bool fdt_reg(const void *fdt, int node, unsigned index, uint64_t *address, uint64_t *size) {
  int parent = fdt_parent(fdt, node);
  unsigned address_cells = (unsigned)fdt_cell(fdt, parent, "#address-cells", 0, 2);
  unsigned size_cells = (unsigned)fdt_cell(fdt, parent, "#size-cells", 0, 1);
  unsigned stride = address_cells + size_cells;
  uint32_t bytes;
  const uint32_t *cells = fdt_prop(fdt, node, "reg", &bytes);
  if (cells == NULL || bytes < 4 * stride * (index + 1)) return false;
  *address = read_cells(cells + stride * index, address_cells);
  *size = read_cells(cells + stride * index + address_cells, size_cells);
  return true;
}

/* The first /memory node. */
bool fdt_memory(const void *fdt, uint64_t *address, uint64_t *size) {
  int node = fdt_child(fdt, FDT_ROOT, "memory");
  return node >= 0 && fdt_reg(fdt, node, 0, address, size);
}

int fdt_next_cpu(const void *fdt, int after, uint64_t *hartid) {
  int depth = -1;
  for (int node = fdt_next_node(fdt, after, &depth); node >= 0; node = fdt_next_node(fdt, node, &depth)) {
    uint32_t size;
    const char *type = fdt_prop(fdt, node, "device_type", &size);
    if (type == NULL || strcmp(type, "cpu") != 0) continue;
    *hartid = fdt_cell(fdt, node, "reg", 0, 0);
    return node;
  }
  return FDT_NONE;
}
