import type { Grant } from '../../../../lib/grants/index.ts';
import type { Caller } from '../../stand-ins/issuer/index.ts';

/** The demo users, and the demo backend. */
export const DEMO_CALLERS: readonly Caller[] = [
  { userId: 'alice', groups: [], name: 'Alice Archer' },
  { userId: 'bob', groups: ['editors'], name: 'Bob Baker' },
  { userId: 'carol', groups: [], name: 'Carol Carter' },
  { userId: 'mallory', groups: [], name: 'Mallory Mason' },
  {
    userId: 'backend',
    groups: [],
    scopes: [
      'layermint/grants',
      'layermint/on-behalf',
      'layermint/vouch',
      'layermint/revocations',
      'layermint/backend-tokens',
    ],
  },
];

/** The callers that sign in without a secret. The demo backend has one. */
export const DEMO_USERS = DEMO_CALLERS.filter(({ scopes }) => scopes === undefined);

/** A document of Document Engine, with its grants. */
export interface DemoDocument {
  readonly id: string;
  /** The shared layers; `""` is the default layer. */
  readonly layers: readonly string[];
  readonly grants: readonly Pick<Grant, 'principal' | 'role' | 'layers' | 'privateLayer'>[];
}

/** Alice owns the contract, the editors edit it and the floor plan, Carol reads the contract, and Mallory has no grants. */
export const DEMO_DOCUMENTS: readonly DemoDocument[] = [
  {
    id: 'contract-2026',
    layers: ['', 'review'],
    grants: [
      { principal: { kind: 'user', id: 'alice' }, role: 'owner', layers: ['*'], privateLayer: true },
      {
        principal: { kind: 'group', name: 'editors' },
        role: 'editor',
        layers: ['', 'review'],
        privateLayer: true,
      },
      { principal: { kind: 'user', id: 'carol' }, role: 'viewer', layers: [''], privateLayer: false },
    ],
  },
  {
    id: 'floor-plan',
    layers: ['', 'review'],
    grants: [
      { principal: { kind: 'group', name: 'editors' }, role: 'editor', layers: ['*'], privateLayer: true },
    ],
  },
];
