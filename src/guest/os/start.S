/* Entry from the firmware, translation off: a0 = hartid, a1 = device tree. */
#include "guest.h"

  .section .text.entry, "ax"
  .globl _start
_start:
  la t0, bss_start
  la t1, bss_end
1:
  bgeu t0, t1, 2f
  sd zero, 0(t0)
  addi t0, t0, 8
  j 1b
2:
  la sp, boot_stack + HART_STACK_SIZE
  mv s0, a0
  mv s1, a1
  mv a0, a1
  call mmu_build
  mv a0, s0
  mv a1, s1
  la t0, guest_main
  j enter_high_half

/* A hart that HSM starts: a0 = hartid, a1 = physical address of the top of its stack. */
  .globl secondary_start
secondary_start:
  mv sp, a1
  la t0, secondary_main

/* Turns Sv39 on and jumps to t0's high alias with the stack in the high half, too. */
enter_high_half:
  li t1, HIGH_HALF
  la t2, root_table
  srli t2, t2, 12
  li t3, SATP_MODE_SV39
  or t2, t2, t3
  csrw satp, t2
  sfence.vma
  add sp, sp, t1
  add t0, t0, t1
  la t2, trap_entry
  add t2, t2, t1
  csrw stvec, t2
  li ra, 0
  jr t0

  .bss
  .balign 16
boot_stack:
  .skip HART_STACK_SIZE
