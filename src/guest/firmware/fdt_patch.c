/* What the supervisor shall know of the firmware: its memory is added to /reserved-memory, what is its own is taken
   out. The tree grows in place: boards put it at the bottom of an
   aligned block at the end of RAM, so the bytes behind it are free as long as they are RAM. */
#include "firmware.h"

#define NODE_NAME "mmode_resv0@80000000"
#define MAX_GROWTH 512

static struct fdt_header *header_of(void *fdt) { return fdt; }

static void add_be32(uint32_t *field, uint32_t amount) { *field = be32(be32(*field) + amount); }

static bool has_room(void *fdt) {
  uint64_t base, size, end = (uint64_t)fdt + fdt_size(fdt) + MAX_GROWTH;
  if (be32(header_of(fdt)->off_dt_strings) < be32(header_of(fdt)->off_dt_struct)) return false;
  return fdt_memory(fdt, &base, &size) && (uint64_t)fdt >= base && end <= base + size;
}

/* Offset of a property name in the strings block, appended there when it is new. */
static uint32_t string_offset(void *fdt, const char *name) {
  struct fdt_header *header = header_of(fdt);
  char *strings = (char *)fdt + be32(header->off_dt_strings);
  uint32_t used = be32(header->size_dt_strings);
  for (uint32_t at = 0; at < used; at += (uint32_t)strlen(strings + at) + 1) {
    if (strcmp(strings + at, name) == 0) return at;
  }
  uint32_t size = (uint32_t)strlen(name) + 1;
  memcpy(strings + used, name, size);
  add_be32(&header->size_dt_strings, size);
  if (be32(header->off_dt_strings) + used + size > be32(header->totalsize)) {
    header->totalsize = be32(be32(header->off_dt_strings) + used + size);
  }
  return used;
}

static uint32_t *put_name(uint32_t *out, const char *name) {
  uint32_t words = ((uint32_t)strlen(name) + 4) / 4;
  *out++ = be32(FDT_BEGIN_NODE);
  memset(out, 0, words * 4);
  memcpy(out, name, strlen(name));
  return out + words;
}

static uint32_t *put_prop(uint32_t *out, uint32_t name, const uint32_t *cells, uint32_t count) {
  *out++ = be32(FDT_PROP);
  *out++ = be32(count * 4);
  *out++ = be32(name);
  for (uint32_t i = 0; i < count; i++) *out++ = be32(cells[i]);
  return out;
}

static void append_to_node(void *fdt, int node, const uint32_t *words, uint32_t size) {
  struct fdt_header *header = header_of(fdt);
  char *place = (char *)fdt + be32(header->off_dt_struct) + fdt_node_end(fdt, node);
  char *end = (char *)fdt + fdt_size(fdt);
  memmove(place + size, place, (size_t)(end - place));
  memcpy(place, words, size);
  add_be32(&header->totalsize, size);
  add_be32(&header->size_dt_struct, size);
  add_be32(&header->off_dt_strings, size);
}

static uint32_t *put_reservation(void *fdt, uint32_t *out) {
  const uint32_t reg[] = {0, FIRMWARE_BASE, 0, FIRMWARE_SIZE};
  out = put_name(out, NODE_NAME);
  out = put_prop(out, string_offset(fdt, "no-map"), NULL, 0);
  out = put_prop(out, string_offset(fdt, "reg"), reg, 4);
  *out++ = be32(FDT_END_NODE);
  return out;
}

static uint32_t *put_parent(void *fdt, uint32_t *out) {
  const uint32_t two = 2;
  out = put_name(out, "reserved-memory");
  out = put_prop(out, string_offset(fdt, "#address-cells"), &two, 1);
  out = put_prop(out, string_offset(fdt, "#size-cells"), &two, 1);
  return put_prop(out, string_offset(fdt, "ranges"), NULL, 0);
}

void fdt_reserve_firmware(void *fdt) {
  uint32_t words[MAX_GROWTH / 4], *out = words;
  int parent = fdt_child(fdt, FDT_ROOT, "reserved-memory");
  if (!has_room(fdt) || (parent >= 0 && fdt_child(fdt, parent, "mmode_resv0") >= 0)) return;
  if (parent < 0) out = put_parent(fdt, out);
  out = put_reservation(fdt, out);
  if (parent < 0) *out++ = be32(FDT_END_NODE);
  append_to_node(fdt, parent < 0 ? FDT_ROOT : parent, words, (uint32_t)(out - words) * 4);
}

static bool is_machine_level(const void *fdt, int node) {
  if (fdt_is_compatible(fdt, node, "riscv,aplic")) return fdt_cell(fdt, node, "riscv,children", 0, 0) != 0;
  return fdt_is_compatible(fdt, node, "riscv,imsics") &&
         fdt_cell(fdt, node, "interrupts-extended", 1, 0) == IRQ_M_EXT;
}

static void hide_node(void *fdt, int node) {
  uint32_t *tokens = (uint32_t *)((char *)fdt + be32(header_of(fdt)->off_dt_struct));
  uint32_t end = fdt_node_end(fdt, node);
  for (uint32_t at = (uint32_t)node; at <= end; at += 4) tokens[at / 4] = be32(FDT_NOP);
}

/* Interrupt controllers of M-mode are the firmware's: the supervisor shall not look at them. */
void fdt_hide_machine_controllers(void *fdt) {
  int depth = -1;
  int node = fdt_next_node(fdt, FDT_NONE, &depth);
  while (node >= 0) {
    bool hide = is_machine_level(fdt, node);
    if (hide) {
      hide_node(fdt, node);
      depth = -1;
    }
    node = fdt_next_node(fdt, hide ? FDT_NONE : node, &depth);
  }
}
