import { describe, expect, test } from '@jest/globals';
import { type RawResponse } from '../../support/http/raw-http.ts';
import * as z from 'zod';
import { CONTRACT, mint, tokenOf } from '../../support/local-stack/stack-under-attack.ts';

describe('finding something out', () => {
  test('an unknown document is not told from one without a grant', async () => {
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
