import { describe, expect, test } from '@jest/globals';
import { CLAIMS, failedIn, HEADER, inspect } from '../../../support/tokens/inspecting.ts';

describe('A token that is right', () => {
  test('is accepted, with its header and claims', async () => {
    const inspection = await inspect();
    expect(failedIn(inspection)).toEqual([]);
    expect(inspection).toMatchObject({ accepted: true, header: HEADER, claims: CLAIMS });
  });

  test('is accepted for the document and layer that it names', async () => {
    expect(await inspect({ documentId: 'contract', layer: '' })).toMatchObject({ accepted: true });
    expect(await inspect({ claims: { layer: 'review' }, layer: 'review' })).toMatchObject({ accepted: true });
  });
});
