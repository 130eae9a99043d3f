/* The guest's end: tells pvpanic where the board has one, then halts for good. */
#include "guest.h"
#include "mmio.h"

#define PVPANIC_PANICKED 0x01

static void tell_pvpanic(void) {
  uint64_t address, size;
  int node = fdt_find_compatible(machine.fdt, FDT_NONE, "qemu,pvpanic-mmio");
  if (node < 0 || !fdt_reg(machine.fdt, node, 0, &address, &size)) return;
  mmio_write8((uintptr_t)high_of(address), PVPANIC_PANICKED);
}

_Noreturn void panic(const char *why) {
  irq_save();
  print("\nguest panic: %s\n", why);
  tell_pvpanic();
  print("guest halted\n");
  csr_write(sie, 0);
  for (;;) wait_for_interrupt();
}
