/** The command cannot be carried out; the client gets the text behind FAIL. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
