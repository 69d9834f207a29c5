import type { Document } from './options.ts';

/** The documents that exist, by id. */
export class Documents {
  readonly #layers: Map<string, readonly string[]>;

  constructor(documents: readonly Document[]) {
    this.#layers = new Map(documents.map(({ id, layers }) => [id, layers]));
  }

  /** Lists the names of a document's layers; undefined if the document does not exist. */
  layersOf(id: string): readonly string[] | undefined {
    return this.#layers.get(id);
  }

  /** Adds a document without layers, or replaces one. A layer begins to exist with its first change. */
  put(id: string): void {
    this.#layers.set(id, []);
  }
}
