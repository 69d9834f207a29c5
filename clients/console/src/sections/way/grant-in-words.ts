import type { ExplainedGrant } from '../grants/explanation.ts';

/** Names the receiver of a grant. */
export function principalOf({ principal: { kind, name } }: ExplainedGrant): string {
  return kind === 'everyone' ? 'everyone' : `the ${kind} ${name}`;
}

/** Names the layers of a grant. */
export function layersOf({ layers, privateLayer }: ExplainedGrant): string {
  const shared = layers.map((layer) => {
    if (layer === '*') return 'every shared layer';
    return layer === '' ? 'the default layer' : `the layer ${layer}`;
  });
  return [...shared, ...(privateLayer ? ['their own private layer'] : [])].join(', ') || 'no layer';
}
