/** The error classes of QMP (`QapiErrorClass`). */
export type ErrorClass =
  | 'GenericError'
  | 'CommandNotFound'
  | 'DeviceNotActive'
  | 'DeviceNotFound'
  | 'KVMMissingCap';

/** The `error` member of a QMP reply. */
export interface ErrorReply {
  class: ErrorClass;
  desc: string;
}

/** A command was refused: `desc` is the sentence a client shows, `errorClass` what a program tests. */
export class QmpError extends Error {
  override readonly name = 'QmpError';
  readonly errorClass: ErrorClass;

  constructor(desc: string, errorClass: ErrorClass = 'GenericError') {
    super(desc);
    this.errorClass = errorClass;
  }

  /** The sentence alone, under the name it has on the wire. */
  get desc(): string {
    return this.message;
  }

  toReply(): ErrorReply {
    return { class: this.errorClass, desc: this.message };
  }
}
