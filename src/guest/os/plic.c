/* Platform-level interrupt controller: everything goes to the boot hart's S-mode context. */
#include "guest.h"
#include "mmio.h"

#define PLIC_PRIORITY(irq) (plic + 4UL * (irq))
#define PLIC_ENABLE(context, irq) (plic + 0x2000 + 0x80UL * (context) + (irq) / 32 * 4)
#define PLIC_THRESHOLD(context) (plic + 0x200000 + 0x1000UL * (context))
#define PLIC_CLAIM(context) (PLIC_THRESHOLD(context) + 4)

#define MAX_IRQ 96
#define S_EXTERNAL 9

static uintptr_t plic;
static unsigned context;
static struct {
  void (*call)(void *);
  void *argument;
} handlers[MAX_IRQ];

static uint64_t boot_hart_intc(void) {
  uint64_t hartid;
  int cpu = fdt_next_cpu(machine.fdt, FDT_NONE, &hartid);
  while (cpu >= 0 && hartid != machine.boot_hart) cpu = fdt_next_cpu(machine.fdt, cpu, &hartid);
  int intc = cpu < 0 ? FDT_NONE : fdt_child(machine.fdt, cpu, "interrupt-controller");
  return fdt_cell(machine.fdt, intc, "phandle", 0, 0);
}

/* The context is the position of <hart's intc, supervisor external> in interrupts-extended. */
static bool find_context(int node) {
  uint64_t intc = boot_hart_intc();
  for (context = 0;; context++) {
    uint64_t phandle = fdt_cell(machine.fdt, node, "interrupts-extended", 2 * context, 0);
    if (phandle == 0) return false;
    uint64_t line = fdt_cell(machine.fdt, node, "interrupts-extended", 2 * context + 1, 0);
    if (phandle == intc && line == S_EXTERNAL) return true;
  }
}

bool plic_init(void) {
  uint64_t address, size;
  int node = fdt_find_compatible(machine.fdt, FDT_NONE, "riscv,plic0");
  if (node < 0 || !fdt_reg(machine.fdt, node, 0, &address, &size) || !find_context(node)) return false;
  plic = (uintptr_t)high_of(address);
  mmio_write32(PLIC_THRESHOLD(context), 0);
  csr_set(sie, BIT(IRQ_S_EXT));
  return true;
}

void plic_enable(unsigned irq, void (*handler)(void *), void *argument) {
  if (plic == 0 || irq == 0 || irq >= MAX_IRQ) return;
  handlers[irq].call = handler;
  handlers[irq].argument = argument;
  uintptr_t enable = PLIC_ENABLE(context, irq);
  mmio_write32(PLIC_PRIORITY(irq), 1);
  mmio_write32(enable, mmio_read32(enable) | 1u << irq % 32);
}

void plic_interrupt(void) {
  uint32_t irq = mmio_read32(PLIC_CLAIM(context));
  if (irq == 0) return;
  if (irq < MAX_IRQ && handlers[irq].call != NULL) handlers[irq].call(handlers[irq].argument);
  mmio_write32(PLIC_CLAIM(context), irq);
}
