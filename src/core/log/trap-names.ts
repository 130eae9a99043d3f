// RISC-V privileged specification, tables of mcause; the words are those of QEMU's log.
const EXCEPTIONS = [
  'misaligned_fetch', 'fault_fetch', 'illegal_instruction', 'breakpoint', 'misaligned_load', 'fault_load',
  'misaligned_store', 'fault_store', 'user_ecall', 'supervisor_ecall', 'hypervisor_ecall', 'machine_ecall',
  'exec_page_fault', 'load_page_fault', 'reserved', 'store_page_fault', 'double_trap', 'reserved', 'reserved',
  'reserved', 'guest_exec_page_fault', 'guest_load_page_fault', 'reserved', 'guest_store_page_fault',
]; // biome-ignore format: a table
const INTERRUPTS = [
  'u_software', 's_software', 'vs_software', 'm_software', 'u_timer', 's_timer', 'vs_timer', 'm_timer', 'u_external',
  's_external', 'vs_external', 'm_external', 's_guest_external', 'counter_overflow',
]; // biome-ignore format: a table

/** The name of a trap's cause. */
export function trapName(cause: number, interrupt: boolean): string {
  return (interrupt ? INTERRUPTS : EXCEPTIONS)[cause] ?? '(unknown)';
}
