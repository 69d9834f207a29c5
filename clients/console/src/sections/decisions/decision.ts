import { anything, list, object, optional, record, string, type Read } from '../../reading.ts';

const readData = object({
  userId: optional(string),
  callerId: optional(string),
  operator: optional(string),
  layer: optional(string),
  reason: optional(string),
  permissions: optional(list(string)),
  principal: optional(string),
  name: optional(string),
  role: optional(string),
  step: optional(string),
  outcome: optional(string),
});

const readEvent = object({
  id: string,
  source: string,
  type: string,
  time: string,
  subject: optional(string),
  data: anything,
});

/** An audit record: a CloudEvent, whose texts come from callers. */
export type Decision = ReturnType<typeof readEvent> & {
  /** The members that the list shows. */
  readonly shown: ReturnType<typeof readData>;
  /** All members of its data. */
  readonly all: Readonly<Record<string, unknown>>;
};

const readDecision: Read<Decision> = (value) => {
  const event = readEvent(value);
  return { ...event, shown: readData(event.data), all: record(event.data) };
};

/** Reads the answer of `GET /local/decisions`. */
export const readDecisions = object({ records: list(readDecision), nextCursor: optional(string) });

/** The names of what happened, by the type of the record. */
const EVENTS: Readonly<Record<string, string>> = {
  'token.minted': 'Token minted',
  'token.refused': 'Token refused',
  'backend-token.minted': 'Backend token minted',
  'backend-token.refused': 'Backend token refused',
  'grant.set': 'Grant set',
  'grant.removed': 'Grant removed',
  'grant.change-refused': 'Change of a grant refused',
  'revocation.requested': 'Revocation asked for',
  'revocation.confirmed': 'Revocation confirmed',
  'revocation.refused': 'Revocation refused by Document Engine',
  'revocation.request-refused': 'Revocation refused',
  'signing-key.step': 'Step of a rotation',
  'signing-key.command': 'Command for the key',
  'signing-key.registered-again': 'Key registered again',
};

/** Names the event of a record. A newer service can have others. */
export function eventOf({ type }: Decision): string {
  const short = type.replace(/^layermint\./, '');
  return Object.hasOwn(EVENTS, short) ? (EVENTS[short] ?? short) : short;
}

/** Tells if the record is about a refusal or a failure. */
export function isRefusal({ type, shown }: Decision): boolean {
  return type.endsWith('refused') || shown.outcome === 'failed';
}

/** Names the person or program of a record. */
export function personOf({ shown }: Decision): string {
  return shown.userId ?? shown.callerId ?? shown.operator ?? '–';
}

/** Says the substance of a record in a few words. */
export function substanceOf({ shown }: Decision): string {
  const { reason, permissions, principal, name, role, step, outcome } = shown;
  const holder = principal === undefined ? [] : [[principal, name].filter(Boolean).join(' ')];
  return [
    ...(reason === undefined ? [] : [reason]),
    ...holder,
    ...(role === undefined ? [] : [`as ${role}`]),
    ...(permissions === undefined ? [] : [permissions.join(', ')]),
    ...(step === undefined ? [] : [`${step} ${outcome ?? ''}`.trim()]),
  ].join('; ');
}
