/** Errors of PCI Express by the names that the monitor takes; a number stands for the bit itself. */
export const UNCORRECTABLE = [
  'DLP',
  'SDN',
  'POISON_TLP',
  'FCP',
  'COMP_TIME',
  'COMP_ABORT',
  'UNX_COMP',
  'RX_OVER',
  'MALF_TLP',
  'ECRC',
  'UNSUP',
  'ACSV',
  'INTN',
  'MCBTLP',
  'ATOP_EBLOCKED',
  'TLP_PRF_BLOCKED',
] as const;

export const CORRECTABLE = [
  'RCVR',
  'BAD_TLP',
  'BAD_DLLP',
  'REP_ROLL',
  'REP_TIMER',
  'ADV_NONFATAL',
  'INTERNAL',
  'HL_OVERFLOW',
] as const;
