/**
 * Document Engine cannot be used for the local stack, or the user has declined. The message says the reason and the cure in full
 * sentences. It quotes neither the API token nor an answer of the other side.
 */
export class UnusableDocumentEngineError extends Error {
  override readonly name = 'UnusableDocumentEngineError';
}
