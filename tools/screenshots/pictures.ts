import type { StillStack } from './still-stack.ts';
import type { Look, Visitor } from './visitor.ts';

/** A picture of a section of the console. */
export interface Picture extends Look {
  /** The name of the file in docs/pictures, without `.png`. */
  readonly name: string;
  readonly user: string;
  /** The address in the console, such as `grants/contract-2026`. */
  readonly at: string;
  /** Does what the picture shows, as a person does it. */
  readonly show?: (visitor: Visitor, stack: StillStack) => Promise<void>;
}

/** The moments of the story, in UTC: the key is made, a month later things happen, and soon afterwards somebody looks. */
export const MOMENTS = {
  start: new Date('2026-05-04T08:00:00Z'),
  story: new Date('2026-06-08T09:00:00Z'),
  look: new Date('2026-06-08T09:24:00Z'),
};

const CONTRACT = 'contract-2026';

/** Lets the demo users do what the pictures show: grants, tokens, a refusal and a revocation. */
export async function tellStory(stack: StillStack): Promise<void> {
  const until = { expiresAt: '2026-06-30T18:00:00Z' };
  const grants = `/v1/documents/${CONTRACT}/grants`;
  await stack.as('alice', 'PUT', `${grants}?user=dana`, {
    role: 'commenter',
    layers: ['', 'review'],
    ...until,
  });
  await stack.as('alice', 'PUT', `${grants}?group=legal`, {
    role: 'annotator',
    layers: ['*'],
    privateLayer: true,
  });
  for (const caller of ['alice', 'bob', 'carol', 'mallory'])
    await stack.as(caller, 'POST', '/v1/tokens', { documentId: CONTRACT });
  await stack.as('bob', 'POST', '/v1/tokens', { documentId: CONTRACT, layer: 'review' });
  await stack.as('alice', 'POST', '/v1/revocations', {
    userId: 'bob',
    documentId: CONTRACT,
    reason: 'Lost phone',
  });
}

/** All pictures, in the order in which they are taken. */
export const PICTURES: readonly Picture[] = [
  { name: 'console-access', user: 'alice', at: 'access', show: mint, height: 1500 },
  { name: 'console-inspect', user: 'alice', at: 'inspect', show: inspect, height: 1240 },
  { name: 'console-grants', user: 'alice', at: `grants/${CONTRACT}`, height: 860 },
  {
    name: 'console-explained',
    user: 'alice',
    at: `grants/${CONTRACT}`,
    show: explain,
    dark: true,
    from: 'Who gets what',
  },
  { name: 'console-decisions', user: 'alice', at: 'decisions', show: filter, height: 1120 },
  { name: 'console-way', user: 'alice', at: `way/${CONTRACT}`, show: follow },
  { name: 'console-way-refused', user: 'mallory', at: `way/${CONTRACT}`, show: follow },
  {
    name: 'console-way-narrow',
    user: 'bob',
    at: `way/${CONTRACT}`,
    show: follow,
    narrow: true,
    height: 1100,
  },
  { name: 'console-revocations', user: 'alice', at: 'revocations', show: revoke },
  { name: 'console-keys', user: 'alice', at: 'keys', show: rotate },
];

async function mint(visitor: Visitor): Promise<void> {
  await visitor.fill('Document', CONTRACT);
  await visitor.page.getByRole('button', { name: 'Mint', exact: true }).click();
  await visitor.button('Drop it').waitFor();
}

async function follow(visitor: Visitor): Promise<void> {
  await visitor.press('Follow the token');
  await visitor.sees(/You get a token|The way ends/);
}

/** A token for one document, held against another one. */
async function inspect(visitor: Visitor, stack: StillStack): Promise<void> {
  const token = (await stack.as('carol', 'POST', '/v1/tokens', { documentId: CONTRACT })) as { jwt: string };
  await visitor.fill('Token', token.jwt);
  await visitor.fill('Document', 'floor-plan');
  await visitor.press('Inspect');
  await visitor.sees('would refuse this token');
}

/** Without the records of the prober, which runs on its own. */
async function filter(visitor: Visitor): Promise<void> {
  await visitor.fill('Document', CONTRACT);
  await visitor.press('Filter');
  await visitor.sees('Token refused');
}

async function explain(visitor: Visitor): Promise<void> {
  await visitor.fill('User', 'mallory');
  await visitor.press('Explain');
  await visitor.sees('Why not');
}

async function revoke(visitor: Visitor): Promise<void> {
  await visitor.page.getByLabel('Tokens to end').selectOption('user-document');
  await visitor.fill('User id', 'carol');
  await visitor.fill('Document', CONTRACT);
  await visitor.fill('Reason', 'Has left the project');
  await visitor.press('Revoke …');
  await visitor.page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await visitor.sees('Revoked so far: 1');
}

async function rotate(visitor: Visitor): Promise<void> {
  await visitor.press('Rotate the key now');
  await visitor.sees('The rotation is done.');
}
