/* Reset entry: a0 = hartid, a1 = device tree, a2 = fw_dynamic_info. One hart initialises, the rest wait. */
#include "firmware.h"

  .section .text.entry, "ax"
  .globl _start
_start:
  csrw mie, zero
  csrr s0, mhartid
  mv s1, a1
  mv s2, a2
  li t0, MAX_HARTS
  bgeu s0, t0, excess_hart

  /* The boot ROM may name the boot hart; otherwise the first hart to arrive wins. */
  beqz s2, lottery
  ld t1, FW_DYNAMIC_INFO_MAGIC(s2)
  li t0, FW_DYNAMIC_MAGIC
  bne t1, t0, lottery
  ld t1, FW_DYNAMIC_INFO_VERSION(s2)
  li t0, FW_DYNAMIC_VERSION
  bltu t1, t0, lottery
  ld t1, FW_DYNAMIC_INFO_BOOT_HART(s2)
  li t0, -1
  beq t1, t0, lottery
  beq t1, s0, cold_boot
  j warm_boot
lottery:
  la t0, boot_lottery
  li t1, 1
  amoadd.w t1, t1, (t0)
  bnez t1, warm_boot

cold_boot:
  la t0, bss_start
  la t1, bss_end
1:
  bgeu t0, t1, 2f
  sd zero, 0(t0)
  addi t0, t0, 8
  j 1b
2:
  mv a0, s0
  call hart_stack_top
  mv sp, a0
  csrw mscratch, sp
  mv a0, s0
  mv a1, s1
  mv a2, s2
  call firmware_main

warm_boot:
  la t0, boot_done
1:
  lw t1, 0(t0)
  beqz t1, 1b
  fence rw, rw
  mv a0, s0
  call hart_stack_top
  mv sp, a0
  csrw mscratch, sp
  call hart_join

excess_hart:
  wfi
  j excess_hart

  .text
  .globl hart_stack_top
hart_stack_top:
  la t0, stacks
  addi t1, a0, 1
  li t2, HART_STACK_SIZE
  mul t1, t1, t2
  add a0, t0, t1
  ret

/* enter_supervisor(hartid, opaque, address, stack_top): mret with only a0 and a1 meaningful. */
  .globl enter_supervisor
enter_supervisor:
  csrw mscratch, a3
  csrw mepc, a2
  csrw satp, zero
  csrw sie, zero
  csrci sstatus, 2
  li t0, 3 << 11
  csrc mstatus, t0
  li t0, 1 << 11
  csrs mstatus, t0
  fence.i
  sfence.vma
  mret

  .data
  .balign 8
boot_lottery:
  .word 0
  .globl boot_done
boot_done:
  .word 0

  .bss
  .balign 16
stacks:
  .skip MAX_HARTS * HART_STACK_SIZE
