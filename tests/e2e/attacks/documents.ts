import { describe, expect, test } from '@jest/globals';
import { type RawResponse } from '../../support/http/raw-http.ts';
import * as z from 'zod';
import { CONTRACT, mint, tokenOf } from '../../support/local-stack/stack-under-attack.ts';

describe('probing', () => {
  test('for documents: an unknown one and one without a grant get the same refusal', async () => {
    const [there, nowhere] = await Promise.all(
      [CONTRACT, 'no-such-document'].map((documentId) => mint(tokenOf('mallory'), { documentId })),
    );
    const told = (answer?: RawResponse): unknown => ({
      ...z.record(z.string(), z.unknown()).parse(JSON.parse(answer?.body ?? '')),
      requestId: '',
      status: answer?.status,
    });
    expect(told(there)).toEqual(told(nowhere));
  });
});
