/* SBI calls: a7 names the extension, a6 the function, a0..a5 are arguments; a0 and a1 answer. */
#include "sbi.h"

#include "firmware.h"

enum { A0 = 10, A1 = 11, A6 = 16, A7 = 17 };

static const struct sbi_ret not_supported = {SBI_ERR_NOT_SUPPORTED, 0};

static bool is_implemented(uint64_t extension) {
  static const uint32_t ids[] = {SBI_LEGACY_SET_TIMER, SBI_LEGACY_PUTCHAR, SBI_LEGACY_GETCHAR, SBI_LEGACY_SHUTDOWN,
                                 SBI_EXT_BASE,         SBI_EXT_TIME,       SBI_EXT_IPI,        SBI_EXT_RFENCE,
                                 SBI_EXT_HSM,          SBI_EXT_SRST,       SBI_EXT_DBCN};
  for (unsigned i = 0; i < sizeof ids / sizeof ids[0]; i++) {
    if (ids[i] == extension) return true;
  }
  return false;
}

static struct sbi_ret base_call(uint64_t function, const uint64_t *args) {
  switch (function) {
    case SBI_BASE_GET_SPEC_VERSION: return (struct sbi_ret){SBI_SUCCESS, SBI_SPEC_VERSION};
    case SBI_BASE_GET_IMPL_ID: return (struct sbi_ret){SBI_SUCCESS, FIRMWARE_IMPL_ID};
    case SBI_BASE_GET_IMPL_VERSION: return (struct sbi_ret){SBI_SUCCESS, FIRMWARE_IMPL_VERSION};
    case SBI_BASE_PROBE_EXTENSION: return (struct sbi_ret){SBI_SUCCESS, is_implemented(args[0])};
    case SBI_BASE_GET_MVENDORID: return (struct sbi_ret){SBI_SUCCESS, csr_read(mvendorid)};
    case SBI_BASE_GET_MARCHID: return (struct sbi_ret){SBI_SUCCESS, csr_read(marchid)};
    case SBI_BASE_GET_MIMPID: return (struct sbi_ret){SBI_SUCCESS, csr_read(mimpid)};
    default: return not_supported;
  }
}

static struct sbi_ret time_call(uint64_t function, const uint64_t *args) {
  if (function != SBI_TIME_SET_TIMER) return not_supported;
  timer_set(args[0]);
  return (struct sbi_ret){SBI_SUCCESS, 0};
}

static struct sbi_ret ipi_call(uint64_t function, const uint64_t *args) {
  return function == SBI_IPI_SEND_IPI ? ipi_send_mask(args[0], args[1]) : not_supported;
}

static struct sbi_ret rfence_call(uint64_t function, const uint64_t *args) {
  return function <= SBI_RFENCE_SFENCE_VMA_ASID ? fence_mask(args[0], args[1]) : not_supported;
}

static struct sbi_ret hsm_call(uint64_t function, const uint64_t *args) {
  switch (function) {
    case SBI_HSM_HART_START: return hart_start(args[0], args[1], args[2]);
    case SBI_HSM_HART_STOP: hart_stop();
    case SBI_HSM_HART_GET_STATUS: return hart_status(args[0]);
    case SBI_HSM_HART_SUSPEND: return hart_suspend(args[0] & 0xffffffff, args[1], args[2]);
    default: return not_supported;
  }
}

static struct sbi_ret srst_call(uint64_t function, const uint64_t *args) {
  uint32_t type = (uint32_t)args[0], reason = (uint32_t)args[1];
  if (function != SBI_SRST_RESET) return not_supported;
  if (type > SBI_SRST_WARM_REBOOT || reason > SBI_SRST_REASON_FAILURE) {
    return (struct sbi_ret){SBI_ERR_INVALID_PARAM, 0};
  }
  if (type != SBI_SRST_SHUTDOWN) reset_reboot();
  if (reason == SBI_SRST_REASON_FAILURE) reset_failure(1);
  reset_poweroff();
}

/* Only RAM that S-mode itself may reach is read or written on its behalf. */
static bool supervisor_owns(uint64_t address, uint64_t size, uint64_t high) {
  if (high != 0 || address < board.ram_base || size > board.ram_size) return false;
  if (address - board.ram_base > board.ram_size - size) return false;
  return address + size <= FIRMWARE_BASE || address >= FIRMWARE_BASE + FIRMWARE_SIZE;
}

static struct sbi_ret dbcn_transfer(uint64_t function, const uint64_t *args) {
  if (!supervisor_owns(args[1], args[0], args[2])) return (struct sbi_ret){SBI_ERR_INVALID_PARAM, 0};
  uint8_t *bytes = (uint8_t *)args[1];
  uint64_t done = 0;
  for (; done < args[0]; done++) {
    if (function == SBI_DBCN_WRITE) {
      console_put((char)bytes[done]);
      continue;
    }
    int c = console_get();
    if (c < 0) break;
    bytes[done] = (uint8_t)c;
  }
  return (struct sbi_ret){SBI_SUCCESS, done};
}

static struct sbi_ret dbcn_call(uint64_t function, const uint64_t *args) {
  if (function == SBI_DBCN_WRITE || function == SBI_DBCN_READ) return dbcn_transfer(function, args);
  if (function != SBI_DBCN_WRITE_BYTE) return not_supported;
  console_put((char)args[0]);
  return (struct sbi_ret){SBI_SUCCESS, 0};
}

static struct sbi_ret dispatch(uint64_t extension, uint64_t function, const uint64_t *args) {
  switch (extension) {
    case SBI_EXT_BASE: return base_call(function, args);
    case SBI_EXT_TIME: return time_call(function, args);
    case SBI_EXT_IPI: return ipi_call(function, args);
    case SBI_EXT_RFENCE: return rfence_call(function, args);
    case SBI_EXT_HSM: return hsm_call(function, args);
    case SBI_EXT_SRST: return srst_call(function, args);
    case SBI_EXT_DBCN: return dbcn_call(function, args);
    default: return not_supported;
  }
}

/* Legacy calls answer in a0 alone. */
static bool legacy_call(uint64_t extension, uint64_t *args) {
  switch (extension) {
    case SBI_LEGACY_SET_TIMER: timer_set(args[0]); break;
    case SBI_LEGACY_PUTCHAR: console_put((char)args[0]); break;
    case SBI_LEGACY_GETCHAR: args[0] = (uint64_t)(int64_t)console_get(); return true;
    case SBI_LEGACY_SHUTDOWN: reset_poweroff();
    default: return false;
  }
  args[0] = 0;
  return true;
}

void sbi_call(struct trap_frame *frame) {
  uint64_t *args = &frame->x[A0];
  csr_write(mepc, csr_read(mepc) + 4);
  if (legacy_call(frame->x[A7], args)) return;
  struct sbi_ret answer = dispatch(frame->x[A7], frame->x[A6], args);
  frame->x[A0] = (uint64_t)answer.error;
  frame->x[A1] = answer.value;
}
