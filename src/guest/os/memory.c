/* The `mem` command: where things are, what is free, how full the balloon is. */
#include "guest.h"
#include "virtio.h"

extern char image_start[], text_end[], rodata_end[], image_end[];

static void print_range(const char *what, uint64_t start, uint64_t end) {
  print("%-10s 0x%08lx-0x%08lx %lu KiB\n", what, start, end - 1, (end - start) / 1024);
}

static void print_reserved(void) {
  uint64_t address, size;
  int parent = fdt_child(machine.fdt, FDT_ROOT, "reserved-memory"), depth = 0;
  if (parent < 0) return;
  for (int node = fdt_next_node(machine.fdt, parent, &depth); node >= 0 && depth > 0;
       node = fdt_next_node(machine.fdt, node, &depth)) {
    if (fdt_reg(machine.fdt, node, 0, &address, &size)) print_range("reserved", address, address + size);
  }
}

void command_mem(const char *args) {
  (void)args;
  print_range("ram", machine.memory_base, machine.memory_base + machine.memory_size);
  print_reserved();
  print_range("text", physical_of(image_start), physical_of(text_end));
  print_range("rodata", physical_of(text_end), physical_of(rodata_end));
  print_range("data", physical_of(rodata_end), physical_of(image_end));
  print_range("fdt", machine.fdt_physical, machine.fdt_physical + fdt_size(machine.fdt));
  print("high half  0x%lx + physical address\n", (uint64_t)HIGH_HALF);
  print("free       %lu of %lu pages\n", pages_free_count(), pages_total_count());
  balloon_print();
}
