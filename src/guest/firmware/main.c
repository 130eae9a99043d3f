/* Boot: the first hart sets the board up and enters S-mode, the others wait to be started. */
#include "firmware.h"
#include "sbi.h"

extern volatile uint32_t boot_done;

static uint64_t next_address(const struct fw_dynamic_info *info) {
  bool usable = info != NULL && info->magic == FW_DYNAMIC_MAGIC && info->next_addr != 0;
  return usable ? info->next_addr : SUPERVISOR_BASE;
}

/* Memory that nothing was loaded to is zero, which is no instruction. */
static bool is_loaded(uint64_t address) { return *(const volatile uint16_t *)address != 0; }

_Noreturn void firmware_main(uint64_t hartid, void *fdt, const struct fw_dynamic_info *info) {
  csr_write(mtvec, (uintptr_t)trap_entry);
  board_init(fdt);
  console_init();
  for (unsigned i = 0; i < MAX_HARTS; i++) harts[i].state = SBI_HSM_STOPPED;
  harts[hartid].state = SBI_HSM_STARTED;
  hart_init_csrs();
  uint64_t address = next_address(info);
  if (fdt_valid(fdt)) {
    fdt_reserve_firmware(fdt);
    fdt_hide_machine_controllers(fdt);
  }
  print("hmp firmware 0.1: SBI 2.0, %u hart%s, boot hart %lu, timer %s, next 0x%lx\n", board.hart_count,
        board.hart_count == 1 ? "" : "s", hartid, has_sstc ? "sstc" : "mtimer", address);
  fence_all();
  boot_done = 1;
  if (!is_loaded(address)) {
    print("nothing is loaded there: waiting\n");
    harts[hartid].state = SBI_HSM_STOPPED;
    hart_park();
  }
  enter_supervisor(hartid, (uint64_t)fdt, address, hart_stack_top((unsigned)hartid));
}

_Noreturn void hart_join(void) {
  csr_write(mtvec, (uintptr_t)trap_entry);
  hart_init_csrs();
  hart_park();
}
