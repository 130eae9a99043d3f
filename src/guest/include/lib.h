/* What firmware and guest share: bytes and strings, formatted text, the flattened device tree. */
#ifndef HMP_LIB_H
#define HMP_LIB_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harts.h"

void *memcpy(void *to, const void *from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *a, const void *b, size_t size);
size_t strlen(const char *text);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t size);

/* Reads a number (decimal, or hexadecimal after 0x) and moves *text behind it; false when there is none. */
bool parse_number(const char **text, uint64_t *value);

/* %d %u %x with l, %s %c %%, a field width and zero padding; each character goes to put. */
void format(void (*put)(char), const char *text, va_list args);

/* Flattened device tree (devicetree specification, chapter 5). A node is the offset of its FDT_BEGIN_NODE
   token in the structure block; FDT_NONE means there is no such node. */
#define FDT_NONE (-1)
#define FDT_ROOT 0

struct fdt_header {
  uint32_t magic, totalsize, off_dt_struct, off_dt_strings, off_mem_rsvmap;
  uint32_t version, last_comp_version, boot_cpuid_phys, size_dt_strings, size_dt_struct;
};

enum { FDT_BEGIN_NODE = 1, FDT_END_NODE = 2, FDT_PROP = 3, FDT_NOP = 4, FDT_END = 9 };

uint32_t be32(uint32_t value);
bool fdt_valid(const void *fdt);
uint32_t fdt_size(const void *fdt);
uint32_t fdt_node_end(const void *fdt, int node);
int fdt_next_node(const void *fdt, int node, int *depth);
const char *fdt_name(const void *fdt, int node);
const void *fdt_prop(const void *fdt, int node, const char *name, uint32_t *size);
int fdt_child(const void *fdt, int parent, const char *name);
int fdt_parent(const void *fdt, int node);
bool fdt_is_compatible(const void *fdt, int node, const char *compatible);
int fdt_find_compatible(const void *fdt, int after, const char *compatible);
uint64_t fdt_cell(const void *fdt, int node, const char *name, unsigned index, uint64_t otherwise);
bool fdt_reg(const void *fdt, int node, unsigned index, uint64_t *address, uint64_t *size);
bool fdt_memory(const void *fdt, uint64_t *address, uint64_t *size);
int fdt_next_cpu(const void *fdt, int after, uint64_t *hartid);

#endif
