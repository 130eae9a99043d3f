import type { DisplayConsole } from '../../display/console.ts';
import { generateEdid } from '../../display/edid.ts';
import type { AddressSpace } from '../../memory/address-space.ts';
import { Backing } from './gpu-backing.ts';
import {
  CMD,
  fits,
  HEADER_SIZE,
  MAX_SCANOUTS,
  MEM_ENTRY_SIZE,
  MOST_MEM_ENTRIES,
  RESP,
  type Reply,
  readRectangle,
} from './gpu-format.ts';
import { type Resource, Resources } from './gpu-resources.ts';

const EDID_SIZE = 1024;
const DISPLAY_MODE_SIZE = 24;
/** Smallest picture that a scanout shows, in both directions. */
const SMALLEST_PICTURE = 16;
/** What a display that was given no size says it likes best. */
const DEFAULT_MODE = { width: 1280, height: 800 };

/** A command of the driver: its fixed part, as long as it is, and what follows. */
export interface GpuCommand {
  readonly type: number;
  readonly view: DataView;
  /** Bytes behind the fixed part, from `offset` of the whole on. */
  rest(offset: number, length: number): Uint8Array;
}

/** Place of the mouse pointer's picture on a scanout, and what it is. */
export interface Cursor {
  readonly x: number;
  readonly y: number;
  readonly hotX: number;
  readonly hotY: number;
  /** 0: hidden. */
  readonly resource: number;
}

interface Scanout {
  readonly console: DisplayConsole;
  resource: Resource | null;
  cursor: Cursor;
}

const HIDDEN: Cursor = { x: 0, y: 0, hotX: 0, hotY: 0, resource: 0 };
const reply = (type: number): Reply => ({ type });
const DONE = reply(RESP.okNoData);

/** Lengths of the commands in bytes; shorter ones are refused. */
const LENGTHS: Readonly<Record<number, number>> = {
  [CMD.getDisplayInfo]: HEADER_SIZE,
  [CMD.resourceCreate2d]: 40,
  [CMD.resourceUnref]: 32,
  [CMD.setScanout]: 48,
  [CMD.resourceFlush]: 48,
  [CMD.transferToHost2d]: 56,
  [CMD.resourceAttachBacking]: 32,
  [CMD.resourceDetachBacking]: 32,
  [CMD.getEdid]: 32,
  [CMD.updateCursor]: 56,
  [CMD.moveCursor]: 56,
};

/** The 2D commands of the GPU device, apart from queues. */
export class GpuRenderer {
  readonly #memory: AddressSpace;
  readonly #mode: { readonly width: number; readonly height: number };
  readonly #scanouts: readonly Scanout[];
  readonly #resources: Resources;
  /** Bytes copied for commands so far. */
  copied = 0;
  readonly #handlers: Readonly<Record<number, (command: GpuCommand) => Reply>> = {
    [CMD.getDisplayInfo]: () => this.#displayInfo(),
    [CMD.resourceCreate2d]: command => this.#create(command),
    [CMD.resourceUnref]: command => this.#unref(command),
    [CMD.setScanout]: command => this.#setScanout(command),
    [CMD.resourceFlush]: command => this.#flush(command),
    [CMD.transferToHost2d]: command => this.#transfer(command),
    [CMD.resourceAttachBacking]: command => this.#attach(command),
    [CMD.resourceDetachBacking]: command => this.#detach(command),
    [CMD.getEdid]: command => this.#edid(command),
    [CMD.resourceCreateBlob]: () => reply(RESP.invalidParameter), // a feature that is not offered
    [CMD.setScanoutBlob]: () => reply(RESP.invalidParameter),
  };

  /**
   * @param mode size that the first display likes best
   * @param hostMemory bytes that all resources together must stay below
   */
  constructor(
    memory: AddressSpace,
    consoles: readonly DisplayConsole[],
    mode: { readonly width: number; readonly height: number },
    hostMemory: bigint,
  ) {
    this.#memory = memory;
    this.#mode = mode;
    this.#scanouts = consoles.map(console => ({ console, resource: null, cursor: HIDDEN }));
    this.#resources = new Resources(hostMemory);
  }

  /** Carries out a command of the control queue. */
  execute(command: GpuCommand): Reply {
    const handler = this.#handlers[command.type];
    return handler && isComplete(command) ? handler(command) : reply(RESP.unspecified);
  }

  /** Carries out a command of the cursor queue; there is no answer to it. */
  moveCursor(command: GpuCommand): void {
    const moves = command.type === CMD.moveCursor;
    if (!(moves || command.type === CMD.updateCursor) || !isComplete(command)) return;
    const [index, x, y, resource, hotX, hotY] = [24, 28, 32, 40, 44, 48].map(at =>
      command.view.getUint32(at, true),
    );
    const scanout = this.#scanouts[index!];
    if (!scanout) return;
    const shape = moves ? scanout.cursor : { resource: resource!, hotX: hotX!, hotY: hotY! };
    scanout.cursor = { ...shape, x: x!, y: y! };
  }

  cursor(scanout: number): Cursor | undefined {
    return this.#scanouts[scanout]?.cursor;
  }

  /** Forgets all resources; displays that showed one go blank. */
  reset(): void {
    for (const scanout of this.#scanouts) {
      disable(scanout);
      scanout.cursor = HIDDEN;
    }
    this.#resources.clear();
  }

  #displayInfo(): Reply {
    const view = new DataView(new ArrayBuffer(MAX_SCANOUTS * DISPLAY_MODE_SIZE));
    view.setUint32(8, this.#mode.width, true);
    view.setUint32(12, this.#mode.height, true);
    view.setUint32(16, 1, true); // the first display is plugged in, the others are not
    return { type: RESP.okDisplayInfo, payload: new Uint8Array(view.buffer) };
  }

  #edid({ view }: GpuCommand): Reply {
    const index = view.getUint32(24, true);
    if (index >= this.#scanouts.length) return reply(RESP.invalidParameter);
    const { width, height } = index === 0 ? this.#mode : { width: 0, height: 0 };
    const payload = new Uint8Array(8 + EDID_SIZE);
    new DataView(payload.buffer).setUint32(0, EDID_SIZE, true);
    payload.set(generateEdid(width || DEFAULT_MODE.width, height || DEFAULT_MODE.height, EDID_SIZE), 8);
    return { type: RESP.okEdid, payload };
  }

  #create({ view }: GpuCommand): Reply {
    const [id, format, width, height] = [24, 28, 32, 36].map(at => view.getUint32(at, true));
    return reply(this.#resources.create(id!, format!, width!, height!));
  }

  #unref({ view }: GpuCommand): Reply {
    const id = view.getUint32(24, true);
    const resource = this.#resources.get(id);
    if (!resource) return reply(RESP.invalidResource);
    for (const scanout of this.#scanouts) if (scanout.resource === resource) disable(scanout);
    this.#resources.delete(id);
    return DONE;
  }

  #setScanout({ view }: GpuCommand): Reply {
    const scanout = this.#scanouts[view.getUint32(40, true)];
    if (!scanout) return reply(RESP.invalidScanout);
    const id = view.getUint32(44, true);
    if (id === 0) {
      disable(scanout);
      return DONE;
    }
    const resource = this.#resources.get(id);
    if (!resource) return reply(RESP.invalidResource);
    if (!resource.backing) return reply(RESP.unspecified);
    const part = readRectangle(view, HEADER_SIZE);
    const tooSmall = part.width < SMALLEST_PICTURE || part.height < SMALLEST_PICTURE;
    if (tooSmall || !fits(part, resource)) return reply(RESP.invalidParameter);
    scanout.resource = resource;
    scanout.console.show(resource.surface(part));
    return DONE;
  }

  /** Displays show the pixels themselves: there is nothing to bring up to date. */
  #flush({ view }: GpuCommand): Reply {
    const resource = this.#resources.get(view.getUint32(40, true));
    if (!resource) return reply(RESP.invalidResource);
    return fits(readRectangle(view, HEADER_SIZE), resource) ? DONE : reply(RESP.invalidParameter);
  }

  #transfer({ view }: GpuCommand): Reply {
    const resource = this.#resources.get(view.getUint32(48, true));
    if (!resource) return reply(RESP.invalidResource);
    if (!resource.backing) return reply(RESP.unspecified);
    const part = readRectangle(view, HEADER_SIZE);
    if (!fits(part, resource)) return reply(RESP.invalidParameter);
    this.copied += resource.transfer(part, Number(view.getBigUint64(40, true)));
    return DONE;
  }

  #attach({ view, rest }: GpuCommand): Reply {
    const resource = this.#resources.get(view.getUint32(24, true));
    if (!resource) return reply(RESP.invalidResource);
    const count = view.getUint32(28, true);
    if (resource.backing || count > MOST_MEM_ENTRIES) return reply(RESP.unspecified);
    if (count === 0) return DONE; // no backing is none
    const list = rest(LENGTHS[CMD.resourceAttachBacking]!, count * MEM_ENTRY_SIZE);
    const backing = list.length < count * MEM_ENTRY_SIZE ? null : Backing.parse(this.#memory, list);
    return backing && this.#resources.attach(resource, backing) ? DONE : reply(RESP.unspecified);
  }

  #detach({ view }: GpuCommand): Reply {
    const resource = this.#resources.get(view.getUint32(24, true));
    if (!resource) return reply(RESP.invalidResource);
    if (!resource.backing) return reply(RESP.unspecified);
    this.#resources.detach(resource);
    return DONE;
  }
}

function isComplete({ type, view }: GpuCommand): boolean {
  return view.byteLength >= (LENGTHS[type] ?? 0);
}

function disable(scanout: Scanout): void {
  if (!scanout.resource) return;
  scanout.resource = null;
  scanout.console.blank();
}
