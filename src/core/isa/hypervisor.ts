import { fence } from './privileged.ts';
import { type GuestAccess, type Instruction, instruction } from './row.ts';

/** H: accesses through a guest's address translation, and fences of it (those named hinval are of Svinval as well). */

const load = (action: GuestAccess, funct7: string, kind: string) =>
  instruction('H', action, `${funct7} ${kind} rs1 100 rd 1110011`, 'rd,(rs1)', e => e.system(action));

const store = (action: GuestAccess, funct7: string) =>
  instruction('H', action, `${funct7} rs2 rs1 100 00000 1110011`, 'rs2,(rs1)', e => e.system(action));

export const HYPERVISOR: readonly Instruction[] = [
  load('hlv.b', '0110000', '00000'),
  load('hlv.bu', '0110000', '00001'),
  load('hlv.h', '0110010', '00000'),
  load('hlv.hu', '0110010', '00001'),
  load('hlvx.hu', '0110010', '00011'),
  load('hlv.w', '0110100', '00000'),
  load('hlv.wu', '0110100', '00001'),
  load('hlvx.wu', '0110100', '00011'),
  load('hlv.d', '0110110', '00000'),
  store('hsv.b', '0110001'),
  store('hsv.h', '0110011'),
  store('hsv.w', '0110101'),
  store('hsv.d', '0110111'),
  fence('H', 'hfence.vvma', '0010001'),
  fence('H', 'hfence.gvma', '0110001'),
  fence('Svinval', 'hinval.vvma', '0010011'),
  fence('Svinval', 'hinval.gvma', '0110011'),
];
