import type { FolderAttributes } from '../../host/types.ts';
import { requireClosed } from './fids.ts';
import { E, NinepError, XATTR, XATTR_SIZE_MAX } from './protocol.ts';
import type { Handler, Session } from './session.ts';

/** How many values of extended attributes a client may have at hand at once (`max_xattr=`): each takes memory. */
export class AttributeBudget {
  readonly #limit: number;
  #held = 0;

  /** @param limit 0: without one */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get held(): number {
    return this.#held;
  }

  /** @throws NinepError when there are too many */
  take(): void {
    if (this.#limit > 0 && this.#held >= this.#limit) throw new NinepError(E.noSpace);
    this.#held++;
  }

  giveBack(): void {
    this.#held--;
  }
}

/** The value that a fid stands for after Txattrwalk (to be read) or Txattrcreate (to be written, then stored). */
export class AttributeValue {
  readonly #value: Uint8Array;
  readonly #budget: AttributeBudget;
  readonly #store: ((value: Uint8Array) => Promise<void>) | null;
  #written = 0;

  /** @param store what is done with the value once it is whole; null: it is there to be read */
  constructor(
    value: Uint8Array,
    budget: AttributeBudget,
    store: ((value: Uint8Array) => Promise<void>) | null,
  ) {
    budget.take();
    this.#value = value;
    this.#budget = budget;
    this.#store = store;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    return this.#value.subarray(Math.min(offset, this.#value.length), offset + length);
  }

  /** Returns the bytes that found room. @throws NinepError behind its end, and for one that is only there to be read */
  write(offset: number, data: Uint8Array): number {
    if (!this.#store) throw new NinepError(E.invalid);
    if (offset > this.#value.length) throw new NinepError(E.noSpace);
    const part = data.subarray(0, this.#value.length - offset);
    this.#value.set(part, offset);
    this.#written += part.length;
    return part.length;
  }

  /** The client is done with it. @throws NinepError when a part was never written, or what the folder says */
  async finish(): Promise<void> {
    this.drop();
    if (!this.#store) return;
    if (this.#written !== this.#value.length) throw new NinepError(E.invalid);
    await this.#store(this.#value);
  }

  /** The client is gone. */
  drop(): void {
    this.#budget.giveBack();
  }
}

function attributesOf({ folder }: Session): FolderAttributes {
  if (!folder.attributes) throw new NinepError(E.notSupported);
  return folder.attributes;
}

/** Reads one attribute's value, or all names for an empty name, into a new fid. */
export const xattrwalk: Handler = async ({ session, in: fields, out }) => {
  const { path, uid } = session.fids.get(fields.u32());
  const number = fields.u32();
  const name = fields.string();
  const attributes = attributesOf(session);
  if (session.fids.has(number)) throw new NinepError(E.invalid);
  const value = await (name === '' ? attributes.list(path) : attributes.get(path, name));
  const fid = session.fids.add(number, path, uid);
  try {
    fid.attribute = new AttributeValue(value, session.options.attributes, null);
  } catch (error) {
    await session.fids.remove(number);
    throw error;
  }
  out.u64(BigInt(value.length));
};

/** From here on the fid is the attribute's: what is written to it is stored, or nothing removes it, when it is let go. */
export const xattrcreate: Handler = async ({ session, in: fields }) => {
  const fid = session.fids.get(fields.u32());
  const name = fields.string();
  const size = fields.u64();
  const flags = fields.u32();
  session.requireWritable();
  const attributes = attributesOf(session);
  if ((flags & ~(XATTR.create | XATTR.replace)) !== 0) throw new NinepError(E.invalid);
  if (size > BigInt(XATTR_SIZE_MAX)) throw new NinepError(E.tooBig);
  requireClosed(fid);
  const only = flags === XATTR.create ? 'create' : flags === XATTR.replace ? 'replace' : undefined;
  fid.attribute = new AttributeValue(new Uint8Array(Number(size)), session.options.attributes, value =>
    value.length > 0 ? attributes.set(fid.path, name, value, only) : attributes.remove(fid.path, name),
  );
};
