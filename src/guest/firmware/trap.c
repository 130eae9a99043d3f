/* M-mode traps: environment calls, software and timer interrupts; anything else ends the machine. */
#include "firmware.h"

#define FAILURE_TRAP 2

static const char *const register_names[32] = {
    "zero", "ra", "sp", "gp", "tp",  "t0",  "t1", "t2", "s0", "s1", "a0", "a1", "a2", "a3", "a4", "a5",
    "a6",   "a7", "s2", "s3", "s4",  "s5",  "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"};

static _Noreturn void fatal_trap(const struct trap_frame *frame) {
  print("\nhmp firmware: unexpected trap on hart %u\n", current_hart());
  print("mcause 0x%016lx mepc 0x%016lx\n", csr_read(mcause), csr_read(mepc));
  print("mtval  0x%016lx mstatus 0x%016lx\n", csr_read(mtval), csr_read(mstatus));
  for (unsigned i = 1; i < 32; i++) {
    print("%4s 0x%016lx%s", register_names[i], frame->x[i], i % 3 == 0 ? "\n" : "  ");
  }
  print("\n");
  reset_failure(FAILURE_TRAP);
}

void trap_handler(struct trap_frame *frame) {
  uint64_t cause = csr_read(mcause);
  bool from_machine = (csr_read(mstatus) & MSTATUS_MPP) == MSTATUS_MPP;
  if (from_machine) fatal_trap(frame);
  if (cause == (CAUSE_INTERRUPT | board.ipi_line)) ipi_service();
  else if (cause == (CAUSE_INTERRUPT | IRQ_M_TIMER)) timer_expired();
  else if (cause == CAUSE_S_ECALL) sbi_call(frame);
  else fatal_trap(frame);
}
