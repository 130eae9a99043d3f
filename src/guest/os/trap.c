/* S-mode traps: interrupts go to their owners, an exception is the guest's end. */
#include "guest.h"

uint64_t irq_save(void) {
  uint64_t saved;
  __asm__ volatile("csrrci %0, sstatus, %1" : "=r"(saved) : "i"(SSTATUS_SIE) : "memory");
  return saved & SSTATUS_SIE;
}

void irq_restore(uint64_t saved) { csr_set(sstatus, saved); }
void irq_on(void) { csr_set(sstatus, SSTATUS_SIE); }

static const char *exception_name(uint64_t cause) {
  switch (cause) {
    case 0: return "instruction address misaligned";
    case 1: return "instruction access fault";
    case 2: return "illegal instruction";
    case 3: return "breakpoint";
    case 4: return "load address misaligned";
    case 5: return "load access fault";
    case 6: return "store address misaligned";
    case 7: return "store access fault";
    case 12: return "instruction page fault";
    case 13: return "load page fault";
    case 15: return "store page fault";
    default: return "unknown exception";
  }
}

void trap_handler(struct trap_frame *frame) {
  uint64_t cause = csr_read(scause);
  if (cause == (CAUSE_INTERRUPT | IRQ_S_TIMER)) {
    timer_interrupt();
  } else if (cause == (CAUSE_INTERRUPT | IRQ_S_EXT)) {
    plic_interrupt();
  } else if (cause == (CAUSE_INTERRUPT | IRQ_S_SOFT)) {
    hart_soft_interrupt();
  } else {
    print("\nscause 0x%lx sepc 0x%016lx stval 0x%016lx ra 0x%016lx\n", cause, csr_read(sepc), csr_read(stval),
          frame->x[1]);
    panic(exception_name(cause));
  }
}
