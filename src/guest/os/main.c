/* From the high half on: find the board in the device tree, start everything, open the shell. */
#include "guest.h"
#include "virtio.h"

#define DEFAULT_TIMEBASE 10000000

struct machine machine;

static const char *find_bootargs(const void *fdt) {
  uint32_t size;
  int chosen = fdt_child(fdt, FDT_ROOT, "chosen");
  const char *args = chosen < 0 ? NULL : fdt_prop(fdt, chosen, "bootargs", &size);
  return args == NULL ? "" : args;
}

static unsigned count_harts(const void *fdt) {
  uint64_t hartid;
  unsigned count = 0;
  for (int cpu = fdt_next_cpu(fdt, FDT_NONE, &hartid); cpu >= 0; cpu = fdt_next_cpu(fdt, cpu, &hartid)) count++;
  return count;
}

static void read_machine(uint64_t hartid, uint64_t fdt_physical) {
  const void *fdt = high_of(fdt_physical);
  int cpus = fdt_child(fdt, FDT_ROOT, "cpus");
  machine = (struct machine){.fdt = fdt,
                             .bootargs = find_bootargs(fdt),
                             .fdt_physical = fdt_physical,
                             .timebase = fdt_cell(fdt, cpus, "timebase-frequency", 0, DEFAULT_TIMEBASE),
                             .boot_hart = (unsigned)hartid,
                             .hart_count = count_harts(fdt)};
  fdt_memory(fdt, &machine.memory_base, &machine.memory_size);
}

static void print_banner(void) {
  print("\nhmp guest 0.1: a small riscv64 system to look at\n");
  print("harts %u, boot hart %u, timebase %lu Hz, memory %lu MiB at 0x%lx\n", machine.hart_count,
        machine.boot_hart, machine.timebase, machine.memory_size >> 20, machine.memory_base);
  print("Sv39, high half at 0x%lx, device tree at 0x%lx\n", (uint64_t)HIGH_HALF, machine.fdt_physical);
  print("bootargs \"%s\"\n", machine.bootargs);
}

_Noreturn void guest_main(uint64_t hartid, uint64_t fdt_physical) {
  if (!fdt_valid(high_of(fdt_physical))) panic("no device tree");
  read_machine(hartid, fdt_physical);
  bool has_plic = plic_init();
  serial_init();
  print_banner();
  if (!has_plic) panic("no interrupt controller");
  pages_init();
  timer_init();
  irq_on();
  harts_start_all();
  virtio_init();
  print("hmp guest ready\n");
  shell_run();
}
