/* M-mode trap vector. While S-mode runs, mscratch holds the top of this hart's M-mode stack. */
#define FRAME_SIZE 256

  .text
  .balign 4
  .globl trap_entry
trap_entry:
  csrrw sp, mscratch, sp
  addi sp, sp, -FRAME_SIZE
  .irp n, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
  sd x\n, 8 * \n(sp)
  .endr
  csrr t0, mscratch
  sd t0, 8 * 2(sp)
  addi t0, sp, FRAME_SIZE
  csrw mscratch, t0
  mv a0, sp
  call trap_handler
  .irp n, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
  ld x\n, 8 * \n(sp)
  .endr
  ld sp, 8 * 2(sp)
  mret
