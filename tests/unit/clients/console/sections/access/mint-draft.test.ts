import { describe, expect, test } from '@jest/globals';
import {
  bodyOf,
  draftAt,
  EMPTY,
  faultsOf,
  pathOf,
  PERMISSIONS,
  type MintDraft,
} from '../../../../../../clients/console/src/sections/access/mint-draft.ts';
import { PERMISSIONS as OF_DOCUMENT_ENGINE } from '../../../../../../lib/document-engine/index.ts';

const draft = (part: Partial<MintDraft>): MintDraft => ({ ...EMPTY, documentId: 'contract-2026', ...part });

test('The form offers each permission of Document Engine', () => {
  expect(PERMISSIONS.map(({ name }) => name)).toEqual([...OF_DOCUMENT_ENGINE]);
});

describe('The body of a draft', () => {
  test('has the document alone if nothing else was typed', () => {
    expect(bodyOf(draft({ documentId: ' contract-2026 ' }))).toEqual({ documentId: 'contract-2026' });
  });

  test.each<[Partial<MintDraft>, object]>([
    [{ which: 'named', layer: ' review ' }, { layer: ' review ' }],
    [{ which: 'private', layer: 'left over' }, { privateLayer: true }],
    [{ layer: 'left over' }, {}],
    [{ permissions: ['write'] }, { permissions: ['write'] }],
    [{ ttlSeconds: '600' }, { ttlSeconds: 600 }],
    [{ defaultGroup: 'legal' }, { defaultGroup: 'legal' }],
  ])('of %j has %j', (part, members) => {
    expect(bodyOf(draft(part))).toEqual({ documentId: 'contract-2026', ...members });
  });
});

describe('The faults of a draft', () => {
  test('are none for a right one', () => {
    expect(faultsOf(draft({ which: 'named', layer: 'review', ttlSeconds: '600' }))).toEqual({});
    expect(faultsOf(draft({}))).toEqual({});
  });

  test.each<[Partial<MintDraft>, string]>([
    [{ documentId: '' }, 'documentId'],
    [{ documentId: '../keys' }, 'documentId'],
    [{ which: 'named' }, 'layer'],
    [{ ttlSeconds: '1.5' }, 'ttlSeconds'],
    [{ ttlSeconds: 'soon' }, 'ttlSeconds'],
  ])('of %j name the field %s', (part, field) => {
    expect(Object.keys(faultsOf(draft(part)))).toEqual([field]);
  });
});

describe('The address of a draft', () => {
  test.each<Partial<MintDraft>>([{}, { which: 'named', layer: 'a/b ü' }, { which: 'private' }])(
    'gives the document and the layer back: %j',
    (part) => {
      expect({ ...EMPTY, ...draftAt(pathOf(draft(part))) }).toEqual(draft(part));
    },
  );

  test('has nothing else of the form', () => {
    const typed = { permissions: ['write'], ttlSeconds: '60', defaultGroup: 'legal' };
    expect(pathOf(draft(typed))).toEqual(['contract-2026']);
  });

  test.each<Partial<MintDraft>>([
    { documentId: 'eyJhbGciOiJFUzI1NiJ9.eyJqdGkiOiJ4In0.c2ln' },
    { which: 'named', layer: 'Bearer eyJhbGciOiJFUzI1NiJ9.eyJqdGkiOiJ4In0.c2ln' },
    { documentId: '<img src=x>' },
    { documentId: '' },
  ])('is empty if a token or no id was typed: %j', (part) => {
    expect(pathOf(draft(part))).toEqual([]);
  });

  test('leaves out a layer that no address can hold', () => {
    expect(pathOf(draft({ which: 'named', layer: '\ud800' }))).toEqual(['contract-2026']);
  });

  test('without a document changes nothing', () => {
    expect(draftAt([])).toEqual({});
  });
});
