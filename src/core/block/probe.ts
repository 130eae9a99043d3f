/** What images of other formats begin with. */
const MAGICS: readonly string[] = [
  'QFI\xfb', // qcow, qcow2
  'QED\0',
  'KDMV',
  'COWD',
  'conectix',
  'vhdxfile',
  'WithoutFreeSpace',
  'WithouFreSpacExt',
  '<<< ',
  'LUKS\xba\xbe',
];

/** True if an image that begins so would be taken for another format than raw. */
export function looksFormatted(start: Uint8Array): boolean {
  const text = String.fromCharCode(...start.subarray(0, 16));
  return MAGICS.some(magic => text.startsWith(magic));
}
