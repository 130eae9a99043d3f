/** What a client asks for cannot be had: it is told the protocol's number for that, and why. */
export class Refusal extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}
