import type { CodeBuilder } from '../../wasm/index.ts';
import {
  ACCESS,
  CAUSE,
  DATA_SETS,
  FAULT,
  PAGE_SIZE,
  PHYSICAL,
  RIGHTS,
  STATE,
  TLB_ADDEND,
  TLB_SIZE,
  TO_GUEST_PAGE_FAULT,
  TO_GUEST_SET,
  VIRTUAL,
} from '../layout.ts';
import { type MemoryFunctions, type ModuleContext, state32 } from './context.ts';
import { emitFill, noteFilled, TLB_INDEX_MASK, TLB_INDEX_SHIFT } from './tlb-fill.ts';

interface Parts extends ModuleContext {
  readonly physical: number;
  readonly permitted: number;
  readonly translate: number;
  readonly raise: number;
}

/** Emits the slow halves of loads, stores and fetches: what happens on a TLB miss. */
export function emitMemoryFunctions(parts: Parts): MemoryFunctions {
  const storeTarget = emitStoreTarget(parts);
  return {
    loadAddress: emitLoadAddress(parts),
    storeValue: emitStoreValue(parts, storeTarget),
    atomicAddress: emitAtomicAddress(parts, storeTarget),
    storeAddress: storeTarget.index,
    fetchPage: emitFetchPage(parts),
  };
}

/** Raises page, guest-page or access fault, by the negative `result` of translate(), and returns 0. */
function emitFault(
  parts: Parts,
  code: CodeBuilder,
  result: number,
  va: number,
  page: number,
  access: number,
): void {
  code.i32(page + TO_GUEST_PAGE_FAULT);
  code.i32(page).i32(access).get(result).i64(FAULT.page).op('i64.eq', 'select');
  code.get(result).i64(FAULT.guest).op('i64.eq', 'select');
  code.get(va).i32(0).call(parts.raise);
  code.i32(0).op('return');
}

/** Translates and applies PMP; leaves the physical address in `paddr` or returns 0 with the trap taken. */
function emitResolve(
  parts: Parts,
  code: CodeBuilder,
  {
    va,
    size,
    paddr,
    set,
    access,
    page,
    denied,
  }: Record<'va' | 'size' | 'paddr' | 'set' | 'access' | 'page' | 'denied', number>,
): void {
  code.get(va).i32(access).get(set).call(parts.translate).tee(paddr).i64(0).op('i64.lt_s');
  code.if(() => emitFault(parts, code, paddr, va, page, denied));
  code
    .get(paddr)
    .get(size)
    .i32(access)
    .get(set)
    .call(parts.permitted)
    .op('i32.eqz')
    .if(() => {
      code.i64(FAULT.access).set(paddr);
      emitFault(parts, code, paddr, va, page, denied);
    });
}

/** Pushes 1 when PMP treats the whole of the page behind `physicalEntry` alike. */
function wholePage(code: CodeBuilder, physicalEntry: number): CodeBuilder {
  return code
    .get(physicalEntry)
    .load('i32.load', PHYSICAL.rights)
    .i32(RIGHTS.partial)
    .op('i32.and', 'i32.eqz');
}

function crossesPage(code: CodeBuilder, va: number, size: number): CodeBuilder {
  code
    .get(va)
    .op('i32.wrap_i64')
    .i32(PAGE_SIZE - 1)
    .op('i32.and')
    .get(size)
    .op('i32.add');
  return code.i32(PAGE_SIZE).op('i32.gt_u');
}

/** Pushes the start of the page that the access's last byte is in. */
function lastPage(code: CodeBuilder, va: number, size: number): void {
  code
    .get(va)
    .get(size)
    .op('i64.extend_i32_u', 'i64.add')
    .i64(-1)
    .op('i64.add')
    .i64(-PAGE_SIZE)
    .op('i64.and');
}

/** loadAddress(va, size) -> host address that holds the value (RAM, or the device value slot), 0 when it trapped. */
function emitLoadAddress(parts: Parts): number {
  const { module, hart, imports, physical } = parts;
  const { index, code } = module.function(['i64', 'i32'], ['i32']);
  const [va, size] = [0, 1];
  const [set, entry, host, count] = [
    code.local('i32'),
    code.local('i32'),
    code.local('i32'),
    code.local('i32'),
  ];
  const [paddr, assembled] = [code.local('i64'), code.local('i64')];
  const deviceValue = hart + STATE.deviceValue;
  crossesPage(code, va, size).if(() => {
    // a fault on the second page names its first byte
    for (const address of [() => code.get(va), () => lastPage(code, va, size)]) {
      address();
      code
        .i32(1)
        .call(index)
        .op('i32.eqz')
        .if(() => code.i32(0).op('return'));
    }
    code.get(size).set(count);
    const next = code.open('loop');
    code.get(count).i32(1).op('i32.sub').set(count);
    code.get(va).get(count).op('i64.extend_i32_u', 'i64.add').i32(1).call(index).tee(host).op('i32.eqz');
    code.if(() => code.i32(0).op('return'));
    code.get(assembled).i64(8).op('i64.shl').get(host).load('i64.load8_u').op('i64.or').set(assembled);
    code.get(count).brIf(next);
    code.end();
    code.i32(deviceValue).get(assembled).store('i64.store').i32(deviceValue).op('return');
  });
  state32(code, hart, 'dataSet').set(set);
  const causes = { access: ACCESS.read, page: CAUSE.loadPage, denied: CAUSE.loadAccess };
  emitResolve(parts, code, { va, size, paddr, set, ...causes });
  code
    .get(paddr)
    .call(physical)
    .tee(entry)
    .load('i32.load', PHYSICAL.read)
    .tee(host)
    .if(() => {
      code
        .get(host)
        .get(va)
        .op('i32.wrap_i64')
        .i32(PAGE_SIZE - 1)
        .op('i32.and', 'i32.add')
        .set(host);
      wholePage(code, entry).if(() =>
        emitFill({ hart, code }, va, host, entry, { set, base: () => state32(code, hart, 'dataTlb') }),
      );
      code.get(host).op('return');
    });
  code
    .get(paddr)
    .op('f64.convert_i64_u')
    .get(size)
    .call(imports.deviceLoad)
    .op('i32.eqz')
    .if(() => {
      code.i64(FAULT.access).set(paddr);
      emitFault(parts, code, paddr, va, causes.page, causes.denied);
    });
  code.i32(deviceValue);
  return index;
}

/**
 * storeTarget(va, size) -> host address for a store within one page, -1 for a device (its
 * physical address then is in the store address slot), 0 when it trapped.
 */
function emitStoreTarget(parts: Parts): { index: number; paddrSlot: number } {
  const { module, hart, imports, physical, codePages } = parts;
  const { index, code } = module.function(['i64', 'i32'], ['i32']);
  const [va, size] = [0, 1];
  const [set, entry, host] = [code.local('i32'), code.local('i32'), code.local('i32')];
  const paddr = code.local('i64');
  const paddrSlot = hart + STATE.storeAddress;
  state32(code, hart, 'dataSet').set(set);
  const causes = { access: ACCESS.write, page: CAUSE.storePage, denied: CAUSE.storeAccess };
  emitResolve(parts, code, { va, size, paddr, set, ...causes });
  code
    .get(paddr)
    .call(physical)
    .tee(entry)
    .load('i32.load', PHYSICAL.write)
    .tee(host)
    .op('i32.eqz')
    .if(() => {
      code.i32(paddrSlot).get(paddr).store('i64.store').i32(-1).op('return');
    });
  code
    .get(host)
    .get(va)
    .op('i32.wrap_i64')
    .i32(PAGE_SIZE - 1)
    .op('i32.and', 'i32.add')
    .set(host);
  // a page with decoded code gets no entry: every store to it comes here and drops what it changes
  code
    .get(host)
    .i32(12)
    .op('i32.shr_u')
    .i32(2)
    .op('i32.shl')
    .load('i32.load', codePages)
    .if(
      () => code.get(host).get(size).call(imports.codeWritten),
      () => {
        wholePage(code, entry).if(() =>
          emitFill({ hart, code }, va, host, entry, {
            set,
            base: () => state32(code, hart, 'dataTlb').i32(TLB_SIZE).op('i32.add'),
          }),
        );
      },
    );
  code.get(host);
  return { index, paddrSlot };
}

/** storeValue(va, value, size) -> 1 when done, 0 when it trapped. */
function emitStoreValue(parts: Parts, target: { index: number; paddrSlot: number }): number {
  const { module, hart, imports } = parts;
  const { index, code } = module.function(['i64', 'i64', 'i32'], ['i32']);
  const [va, value, size] = [0, 1, 2];
  const [host, count] = [code.local('i32'), code.local('i32')];
  crossesPage(code, va, size).if(() => {
    // both pages must take the store before either changes
    for (const address of [() => code.get(va), () => lastPage(code, va, size)]) {
      address();
      code
        .i32(1)
        .call(target.index)
        .op('i32.eqz')
        .if(() => code.i32(0).op('return'));
    }
    const next = code.open('loop');
    code.get(va).get(count).op('i64.extend_i32_u', 'i64.add');
    code.get(value).get(count).i32(3).op('i32.shl', 'i64.extend_i32_u', 'i64.shr_u').i32(1).call(index);
    code.op('i32.eqz').if(() => code.i32(0).op('return'));
    code.get(count).i32(1).op('i32.add').tee(count).get(size).op('i32.lt_u').brIf(next);
    code.end();
    code.i32(1).op('return');
  });
  code
    .get(va)
    .get(size)
    .call(target.index)
    .tee(host)
    .op('i32.eqz')
    .if(() => code.i32(0).op('return'));
  code
    .get(host)
    .i32(-1)
    .op('i32.eq')
    .if(() => {
      code
        .i32(hart + STATE.deviceValue)
        .get(value)
        .store('i64.store');
      code.i32(target.paddrSlot).load('i64.load').op('f64.convert_i64_u').get(size).call(imports.deviceStore);
      code.op('i32.eqz').if(() => {
        code.i32(CAUSE.storeAccess).get(va).i32(0).call(parts.raise).i32(0).op('return');
      });
      code.i32(1).op('return');
    });
  for (const [bytes, op] of [
    [1, 'i64.store8'],
    [2, 'i64.store16'],
    [4, 'i64.store32'],
    [8, 'i64.store'],
  ] as const) {
    code
      .get(size)
      .i32(bytes)
      .op('i32.eq')
      .if(() => code.get(host).get(value).store(op));
  }
  code.i32(1);
  return index;
}

/** atomicAddress(va, size) -> host address in RAM, 0 when it trapped: misaligned, not writable or no RAM. */
function emitAtomicAddress(parts: Parts, target: { index: number }): number {
  const { index, code } = parts.module.function(['i64', 'i32'], ['i32']);
  const [va, size] = [0, 1];
  const host = code.local('i32');
  const trap = (cause: number) => code.i32(cause).get(va).i32(0).call(parts.raise).i32(0).op('return');
  code
    .get(va)
    .op('i32.wrap_i64')
    .get(size)
    .i32(1)
    .op('i32.sub', 'i32.and')
    .if(() => trap(CAUSE.storeMisaligned));
  code
    .get(va)
    .get(size)
    .call(target.index)
    .tee(host)
    .i32(-1)
    .op('i32.eq')
    .if(() => trap(CAUSE.storeAccess));
  code.get(host);
  return index;
}

/**
 * fetchPage(pc) -> record page that serves the page of `pc`, 0 when it trapped. Pages that PMP
 * splits are served one instruction at a time.
 */
function emitFetchPage(parts: Parts): number {
  const { module, hart, imports, physical, codePages } = parts;
  const { index, code } = module.function(['i64'], ['i32'], 'fetchPage');
  const pc = 0;
  const [set, entry, host, records, size] = [
    code.local('i32'),
    code.local('i32'),
    code.local('i32'),
    code.local('i32'),
    code.local('i32'),
  ];
  const paddr = code.local('i64');
  code.i32(DATA_SETS.supervisor).i32(DATA_SETS.machine);
  state32(code, hart, 'privilege').i32(3).op('i32.ne', 'select').i32(DATA_SETS.user);
  state32(code, hart, 'privilege').i32(0).op('i32.ne', 'select').set(set);
  if (!parts.without.has('H')) {
    state32(code, hart, 'virtual').i32(VIRTUAL.on).op('i32.and').i32(TO_GUEST_SET).op('i32.mul');
    code.get(set).op('i32.add').set(set);
  }
  code.i32(2).set(size);
  const causes = { access: ACCESS.execute, page: CAUSE.fetchPage, denied: CAUSE.fetchAccess };
  emitResolve(parts, code, { va: pc, size, paddr, set, ...causes });
  code
    .get(paddr)
    .call(physical)
    .tee(entry)
    .load('i32.load', PHYSICAL.read)
    .tee(host)
    .op('i32.eqz')
    .if(() => {
      code.i64(FAULT.access).set(paddr);
      emitFault(parts, code, paddr, pc, causes.page, causes.denied);
    });
  wholePage(code, entry)
    .op('i32.eqz')
    .if(() => code.call(imports.single).op('return'));
  code.get(host).i32(12).op('i32.shr_u').i32(2).op('i32.shl').load('i32.load', codePages).tee(records);
  code.op('i32.eqz').if(() => code.get(host).call(imports.allocate).set(records));
  noteFilled(code, hart, set);
  state32(code, hart, 'fetchTlb');
  code
    .get(pc)
    .i64(TLB_INDEX_SHIFT)
    .op('i64.shr_u', 'i32.wrap_i64')
    .i32(TLB_INDEX_MASK)
    .op('i32.and', 'i32.add');
  code.tee(entry).get(pc).i64(-PAGE_SIZE).op('i64.and').store('i64.store');
  code.get(entry).get(records).store('i32.store', TLB_ADDEND);
  code.get(records);
  return index;
}
