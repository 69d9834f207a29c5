import { subject } from '../../grants/grants.ts';
import { PRIVATE_LAYER_PREFIX } from './function-process.ts';
import { type Subject } from '../../../../lib/identity/index.ts';

// In which groups somebody is never changes, as nobody would notice that.
export const ALICE = subject('alice', ['staff']);
export const BOB = subject('bob', ['staff', 'guests']);
export const CAROL = subject('carol');

/** Stands for the private layer of whoever asks. */
export const PRIVATE = Symbol('the private layer');

/** Where somebody works: a layer of a document. */
export interface Place {
  readonly subject: Subject;
  readonly documentId: string;
  readonly layer: string | typeof PRIVATE;
}

/** The name of a place's layer. */
export function layerOf({ subject: { userId }, layer }: Place): string {
  return layer === PRIVATE ? PRIVATE_LAYER_PREFIX + userId : layer;
}

/** Names a place in words. */
export function nameOf({ subject: { userId }, documentId, layer }: Place): string {
  return `${userId} on ${layer === PRIVATE ? 'a private layer' : `layer "${layer}"`} of ${documentId}`;
}
