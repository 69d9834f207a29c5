import { describe, expect, test } from '@jest/globals';
import { own } from '../../../support/schemas/both-schemas.ts';

type Make = () => unknown;

/** Schemas, checks and options of zod that a bundle leaves out. */
const LEFT_OUT: Readonly<Record<string, Make>> = {
  'a message in place of the options': () => own.string('must be a text'),
  'the option message': () => own.string({ message: 'must be a text' }),
  'an option of another schema': () => own.iso.datetime({ precision: 3 }),
  'a local time': () => own.iso.datetime({ local: true }),
  'a rule for the protocol of a URL': () => own.url({ protocol: /^https$/ }),
  'parameters of a refinement': () => own.refine(() => true, { params: { a: 1 } }),
  'the option when of a bound': () => own.lte(1, { when: () => true } as never),
  'a schema as a check': () => own.string().check(own.iso.datetime()),
  'a literal of several values': () => own.literal(['a', 'b']),
  'an enum of an object': () => own.enum({ A: 'a' }),
  'a record without a schema of keys': () => own.record(own.string() as never, undefined as never),
  'a record of some keys': () => own.record(own.enum(['a']), own.string()),
  'a record of keys that match a pattern': () => own.record(own.string().check(own.regex(/a/)), own.string()),
  'a default that is computed': () => own._default(own.string(), () => 'a'),
  'a substitute that is computed': () => own.catch(own.string(), () => 'a'),
  'a union of one schema': () => own.union([own.string()]),
  'a discriminator that can be absent': () =>
    own.discriminatedUnion('a', [own.object({ a: own.optional(own.literal(1)) })]),
  'a discriminator with a value in two schemas': () =>
    own.discriminatedUnion('a', [own.object({ a: own.literal(1) }), own.object({ a: own.literal(1) })]),
  'a member that is no schema': () => own.object({ a: 'text' as never }),
  'a member __proto__': () => own.object({ ['__proto__']: own.string() }),
  'an extension of an object with checks': () =>
    own.extend(own.object({}).check(own.refine(() => true)) as never, {}),
  'a part of an object with checks': () =>
    own.pick(own.object({ a: own.string() }).check(own.refine(() => true)) as never, { a: true } as never),
  'a part with a member that is not there': () =>
    own.pick(own.object({ a: own.string() }), { b: true } as never),
  'options of a single reading': () => own.safeParse(own.string(), 'a', { reportInput: true }),
};

describe('a schema of a bundle', () => {
  test.each(Object.entries(LEFT_OUT))('does not follow %s, and so refuses it', (_, make) => {
    expect(make).toThrow(/^The schemas of a bundle have no /);
  });

  test.each<[string, Make]>([
    ['refinement', () => own.safeParse(own.string().check(own.refine(() => Promise.resolve(true))), 'a')],
    [
      'check',
      () =>
        own.safeParse(
          own.string().check(() => Promise.resolve()),
          'a',
        ),
    ],
    [
      'transform',
      () =>
        own.safeParse(
          own.transform(() => Promise.resolve('a')),
          'a',
        ),
    ],
  ])('never takes the promise of an asynchronous %s for its result', (_, read) => {
    expect(read).toThrow('A function of a schema is asynchronous');
  });
});
