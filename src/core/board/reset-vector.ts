// What the first instructions do: a0 = hart id, a1 = device tree, a2 = firmware info, jump to start.
const CODE = [
  0x00000297, // auipc t0, 0
  0x02828613, // addi  a2, t0, 40
  0xf1402573, // csrr  a0, mhartid
  0x0202b583, // ld    a1, 32(t0)
  0x0182b283, // ld    t0, 24(t0)
  0x00028067, // jr    t0
];
const START_OFFSET = 24;
const FDT_OFFSET = 32;
const LENGTH = 40;

/** The code at the reset address, with where to go and where the device tree is. */
export function resetVector(start: number, fdt: number): Uint8Array {
  const bytes = new Uint8Array(LENGTH);
  const view = new DataView(bytes.buffer);
  CODE.forEach((word, index) => {
    view.setUint32(4 * index, word, true);
  });
  view.setBigUint64(START_OFFSET, BigInt(start), true);
  view.setBigUint64(FDT_OFFSET, BigInt(fdt), true);
  return bytes;
}

// OpenSBI's struct fw_dynamic_info, version 2.
const FW_DYNAMIC_MAGIC = 0x4942534fn; // "OSBI"
const FW_DYNAMIC_VERSION = 2n;
const NEXT_MODE_SUPERVISOR = 1n;

/** Tells the firmware what to start next; 0 when there is no kernel. */
export function firmwareInfo(nextAddress: number): Uint8Array {
  const options = 0n;
  const bootHart = 0n;
  const fields = [
    FW_DYNAMIC_MAGIC,
    FW_DYNAMIC_VERSION,
    BigInt(nextAddress),
    NEXT_MODE_SUPERVISOR,
    options,
    bootHart,
  ];
  const bytes = new Uint8Array(8 * fields.length);
  const view = new DataView(bytes.buffer);
  fields.forEach((field, index) => {
    view.setBigUint64(8 * index, field, true);
  });
  return bytes;
}
