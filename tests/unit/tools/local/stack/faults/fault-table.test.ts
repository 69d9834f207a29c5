import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { ALARMS } from '../../../../../../infra/stack/alarms/index.ts';
import { FAULT_NAMES, FAULTS, faultNamed } from '../../../../../../tools/local/stack/faults/fault-table.ts';

test('Each fault names alarms that there are', () => {
  const named = FAULT_NAMES.flatMap((name) => FAULTS[name].alarms.map((alarm) => `${name}: ${alarm}`));
  expect(named.filter((it) => !Object.hasOwn(ALARMS, it.split(': ')[1] ?? ''))).toEqual([]);
});

test('docs/local-rehearsal.md lists each fault with its alarms', () => {
  const guide = readFileSync(new URL('../../../../../../docs/local-rehearsal.md', import.meta.url), 'utf8');
  const rows = Array.from(guide.matchAll(/^\| `([a-z-]+)` +\| .* \| (`.*`) *\|$/gm), ([, name, alarms]) => [
    name,
    alarms?.trim(),
  ]);
  expect(rows).toEqual(
    FAULT_NAMES.map((name) => [name, FAULTS[name].alarms.map((alarm) => `\`${alarm}\``).join(', ')]),
  );
});

test('A name of the prototype is no fault', () => {
  expect(['constructor', '__proto__', ''].map(faultNamed)).toEqual([undefined, undefined, undefined]);
});
