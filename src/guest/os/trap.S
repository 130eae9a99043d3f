/* S-mode trap vector: traps come from S-mode alone and use the interrupted stack. */
#include "guest.h"

  .text
  .balign 4
  .globl trap_entry
trap_entry:
  addi sp, sp, -256
  .irp n, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
  sd x\n, 8 * \n(sp)
  .endr
  addi t0, sp, 256
  sd t0, 8 * 2(sp)
  mv a0, sp
  call trap_handler
  .irp n, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
  ld x\n, 8 * \n(sp)
  .endr
  ld sp, 8 * 2(sp)
  sret
