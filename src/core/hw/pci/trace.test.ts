import { describe, expect, it } from 'vitest';
import { testBoard } from '../../board/testing/test-board.ts';
import { MachineLogging } from '../../log/machine-logging.ts';
import { RunStateMachine } from '../../run-state.ts';
import { PciRig } from './testing/pci-rig.ts';

const MEMORY = 2;

/** lw of the host bridge's first configuration register, sw of zero to its second; then nothing sound. */
const PROGRAM = {
  name: 'k',
  data: new Uint8Array(Uint32Array.of(0x3000_02b7, 0x0002_a303, 0x0002_a223, 0).buffer),
};

describe('trace events of PCI', () => {
  it("tell of a hart's accesses to configuration space", () => {
    const { board, host, run } = testBoard({ kernel: PROGRAM });
    const logging = new MachineLogging(host, board, new RunStateMachine());
    logging.setEvents('pci_cfg_*', true);
    board.engine.harts[0]!.pc = 0x8000_0000n;
    run(3);
    logging.log.flush();
    expect(host.logged).toEqual([
      'stderr: pci_cfg_read gpex-root 00:00.0 @0x0 -> 0x81b36\npci_cfg_write gpex-root 00:00.0 @0x4 <- 0x0\n',
    ]);
  });

  it('tell of regions that come and go, and of messages', () => {
    const rig = new PciRig();
    const { trace } = rig.machine.board;
    const lines: string[] = [];
    trace.sink = line => lines.push(line);
    trace.set(trace.find('*'), true);
    rig.add('virtio-rng-pci,id=rng0,addr=5');
    const config = rig.config(5);
    config.write(0x14, 0x4000_0000); // the table of messages
    config.write(0x04, MEMORY, 2);
    config.write(0x04, 0, 2);
    const capability = config.read(0x34, 1);
    config.write(capability + 2, 0x8000, 2);
    expect(lines.filter(line => line.startsWith('pci_update') && line.includes(' 1,'))).toEqual([
      'pci_update_mappings_add virtio-rng-pci 00:05.0 1,0x40000000+0x1000\n',
      'pci_update_mappings_del virtio-rng-pci 00:05.0 1,0x40000000+0x1000\n',
    ]);
    expect(lines.at(-1)).toMatch(/^msix_write_config dev virtio-rng-pci enabled [01] masked 0\n$/);
  });
});
