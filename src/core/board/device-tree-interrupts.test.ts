import { describe, expect, it } from 'vitest';
import { interruptNodes, phandles } from './device-tree-interrupts.ts';
import type { InterruptModel } from './interrupt-model.ts';

const nodes = (model: InterruptModel) => interruptNodes(2, model, phandles(2, model));
const names = (model: InterruptModel) => nodes(model).map(({ name }) => name);

describe('interrupt controllers in the device tree', () => {
  it.each<[InterruptModel, string[]]>([
    [{ aia: 'none', aclint: false }, ['plic@c000000', 'clint@2000000']],
    [{ aia: 'none', aclint: true }, ['plic@c000000', 'sswi@2f00000', 'mtimer@2004000', 'mswi@2000000']],
    [
      { aia: 'aplic', aclint: false },
      ['interrupt-controller@d000000', 'interrupt-controller@c000000', 'clint@2000000'],
    ],
    [
      { aia: 'aplic-imsic', aclint: true },
      [
        ...['interrupt-controller@d000000', 'interrupt-controller@c000000'],
        ...['interrupt-controller@28000000', 'interrupt-controller@24000000', 'mtimer@2000000'],
      ],
    ],
  ])('%j', (model, expected) => {
    expect(names(model)).toEqual(expected);
  });

  it('says where wires and messages go', () => {
    const [wired] = nodes({ aia: 'aplic', aclint: false });
    expect(wired!.properties['interrupts-extended']).toEqual([2, 9, 4, 9]);
    const [child, root, files] = nodes({ aia: 'aplic-imsic', aclint: false });
    expect(child!.properties['msi-parent']).toEqual(files!.properties['phandle']);
    expect(root!.properties['riscv,delegation']).toEqual([8, 1, 96]);
    expect(child!.properties['phandle']).toEqual([8]);
    expect(files!.properties['reg']).toEqual([0, 0x2800_0000, 0, 0x2000]);
  });

  it('puts the time before the registers that it is compared with', () => {
    const mtimer = nodes({ aia: 'none', aclint: true }).find(({ name }) => name === 'mtimer@2004000');
    expect(mtimer!.properties['reg']).toEqual([0, 0x200_bff8, 0, 0x4008, 0, 0x200_4000, 0, 0x7ff8]);
  });
});
