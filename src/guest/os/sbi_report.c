/* The `sbi` command: what the firmware is and offers, and one call of each kind that harms nothing. */
#include "guest.h"
#include "sbi.h"

static const struct {
  uint32_t id;
  const char *name;
} extensions[] = {{SBI_EXT_TIME, "TIME"}, {SBI_EXT_IPI, "IPI"},   {SBI_EXT_RFENCE, "RFENCE"},
                  {SBI_EXT_HSM, "HSM"},   {SBI_EXT_SRST, "SRST"}, {SBI_EXT_DBCN, "DBCN"}};

static uint64_t base(uint64_t function, uint64_t argument) {
  return sbi_call(SBI_EXT_BASE, function, argument, 0, 0).value;
}

static void print_identity(void) {
  uint64_t version = base(SBI_BASE_GET_SPEC_VERSION, 0);
  print("SBI %lu.%lu, implementation 0x%lx version 0x%lx\n", version >> 24, version & 0xffffff,
        base(SBI_BASE_GET_IMPL_ID, 0), base(SBI_BASE_GET_IMPL_VERSION, 0));
  print("extensions");
  for (unsigned i = 0; i < sizeof extensions / sizeof extensions[0]; i++) {
    if (base(SBI_BASE_PROBE_EXTENSION, extensions[i].id) != 0) print(" %s", extensions[i].name);
  }
  print("\n");
}

static void print_outcome(const char *what, long error) {
  if (error == SBI_SUCCESS) print("%s: ok\n", what);
  else print("%s: error %ld\n", what, error);
}

void command_sbi(const char *args) {
  static const char text[] = "debug console speaks\r\n";
  (void)args;
  print_identity();
  sbi_call(SBI_EXT_DBCN, SBI_DBCN_WRITE, sizeof text - 1, physical_of(text), 0);
  print_outcome("debug console on firmware memory",
                sbi_call(SBI_EXT_DBCN, SBI_DBCN_WRITE, 8, machine.memory_base, 0).error);
  print_outcome("remote fence", sbi_call(SBI_EXT_RFENCE, SBI_RFENCE_FENCE_I, 0, ~0UL, 0).error);
  print_outcome("fence of hart 64", sbi_call(SBI_EXT_RFENCE, SBI_RFENCE_FENCE_I, 1, 64, 0).error);
  print_outcome("suspend until the next interrupt",
                sbi_call(SBI_EXT_HSM, SBI_HSM_HART_SUSPEND, SBI_HSM_SUSPEND_RETENTIVE, 0, 0).error);
}
