import { it } from 'vitest';
import { writeFileSync } from 'node:fs';
import { loadCapture } from './support/golden.ts';
import { shapeOf } from './support/shape.ts';
import { TestVm } from './support/vm.ts';
const LINUX = ['-m','512M','-device','virtio-blk-device,drive=d0,id=blk0','-drive','if=none,id=d0,file=/tmp/disk.raw,format=raw','-device','virtio-rng-device,id=rng0','-device','virtio-net-device,netdev=n0,id=net0','-netdev','hubport,id=n0,hubid=0','-device','virtio-balloon-device,id=bal0'];
it('x', async () => {
  let out = '';
  writeFileSync('/tmp/disk.raw', Buffer.alloc(16<<20));
  for (const [name, args] of [['bare-hmp.json', ['-M','virt','-S','-m','128M']], ['linux-hmp.json', LINUX]] as const) {
    const vm = await TestVm.start(args);
    if (name.startsWith('linux')) { await vm.boot(); await vm.hmp('stop'); }
    for (const [line, answer0] of Object.entries(loadCapture(name)!.hmp)) {
      const answer = answer0.replaceAll('\r','');
      const o = await vm.outcome(line);
      if (/^unknown command/.test(o.text) && !/^unknown command/.test(answer)) continue;
      const kind = o.text === answer ? 'EQUAL' : shapeOf(o.text) === shapeOf(answer) ? 'SHAPE' : 'DIFF';
      out += `${kind} ${line}\n`;
      if (kind === 'DIFF' ) out += `--- qemu\n${answer.slice(0,1500)}--- ours\n${o.text.slice(0,1500)}===\n`;
    }
    await vm.close();
  }
  writeFileSync('/tmp/golden-diff.txt', out);
});
