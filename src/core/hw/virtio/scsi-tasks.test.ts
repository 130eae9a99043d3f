import { describe, expect, it } from 'vitest';
import { OP } from '../scsi/command.ts';
import { addressed, offer, read, ready, type ScsiMachine, setUp } from './testing/scsi-rig.ts';

describe('task management', () => {
  function manage({ control }: ScsiMachine, subtype: number, target = 0, lun = 0): number {
    const bytes = new Uint8Array(24);
    bytes.set([subtype], 4);
    bytes.set(addressed(8, target, lun).subarray(0, 8), 8);
    bytes[16] = 7;
    const { at } = control.add([bytes, 1]);
    control.kick();
    return at[1]!;
  }

  it.each([
    ['the one command', 0, 2],
    ['all of the unit', 1, 2],
    ['by a reset of the unit', 5, 4],
    ['by a reset of the target', 4, 4],
  ])('aborts commands: %s', async (_, subtype, response) => {
    const machine = await ready(setUp());
    const { rig, file, requests, control } = machine;
    file.gated = true;
    const { answer, data } = offer(requests, { cdb: [OP.read6, 0, 0, 0, 1, 0], room: 512 });
    const at = manage(machine, subtype);
    await rig.host.settle();
    expect(control.takeUsed()).toEqual([]); // not before the back end is done
    file.gates[0]!();
    await rig.host.settle();
    expect([read(rig, answer).response, rig.memory.read(at, 1)[0]]).toEqual([response, 0]);
    expect(rig.memory.read(data, 512)).toEqual(new Uint8Array(512));
    expect([requests.takeUsed().length, control.takeUsed().length]).toEqual([1, 1]);
  });

  it('answers a command once that is aborted twice', async () => {
    const machine = await ready(setUp());
    const { rig, file, requests, control } = machine;
    file.gated = true;
    const { answer } = offer(requests, { cdb: [OP.read6, 0, 0, 0, 1, 0], room: 512 });
    manage(machine, 0);
    manage(machine, 5);
    await rig.host.settle();
    file.gates[0]!();
    await rig.host.settle();
    expect(read(rig, answer).response).toBe(2);
    expect([requests.takeUsed().length, control.takeUsed().length]).toEqual([1, 2]);
  });

  it('asks after commands and refuses what it does not know', async () => {
    const machine = await ready(setUp());
    const asked = async (subtype: number, target?: number, lun?: number) => {
      const at = manage(machine, subtype, target, lun);
      await machine.rig.host.settle();
      return machine.rig.memory.read(at, 1)[0];
    };
    expect(await asked(6)).toBe(0);
    expect(await asked(7)).toBe(0);
    expect(await asked(2)).toBe(11);
    expect(await asked(1, 5)).toBe(3);
    expect(await asked(1, 0, 5)).toBe(12);
  });
});
