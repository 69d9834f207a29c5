import { subject } from '../../grants/grants.ts';
import { PRIVATE_LAYER_PREFIX } from './function-process.ts';
import { type Subject } from '../../../../lib/identity/index.ts';

// The groups of a person never change: the service does not notice such a change.
export const ALICE = subject('alice', ['staff']);
export const BOB = subject('bob', ['staff', 'guests']);
export const CAROL = subject('carol');

/** The asking person's private layer. */
export const PRIVATE = Symbol('the private layer');

/** A person's place of work: a layer of a document. */
export interface Place {
  readonly subject: Subject;
  readonly documentId: string;
  readonly layer: string | typeof PRIVATE;
}

/** Names a place's layer. */
export function layerOf({ subject: { userId }, layer }: Place): string {
  return layer === PRIVATE ? PRIVATE_LAYER_PREFIX + userId : layer;
}

/** Names a place in words. */
export function nameOf({ subject: { userId }, documentId, layer }: Place): string {
  return `${userId} on ${layer === PRIVATE ? 'a private layer' : `layer "${layer}"`} of ${documentId}`;
}
