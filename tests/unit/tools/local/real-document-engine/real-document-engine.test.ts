import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { EngineApi } from '../../../../../tools/local/real-document-engine/engine-api.ts';
import { RealDocumentEngine } from '../../../../../tools/local/real-document-engine/real-document-engine.ts';
import { generateSigningKey } from '../../../../../tools/local/stack/demo/demo-signing-key.ts';
import { createDocumentEngine } from '../../../../../tools/local/stand-ins/document-engine/index.ts';
import {
  jsonAnswer,
  textAnswer,
  type HttpAnswer,
} from '../../../../../tools/local/stand-ins/loopback-server.ts';
import { EVERY_LIST_BEHAVIOUR, nameOf } from '../../../../support/document-engine/behaviours.ts';
import { answering, sendTo } from '../../../../support/document-engine/engine-exchange.ts';
import { ManualClock } from '../../../../support/runtime/clock.ts';
import { ecPair, pairFor, spki } from '../../../../support/signing-keys/keys.ts';

const TOKEN = 'the-api-token-of-document-engine';
const URL_OF_ENGINE = 'http://127.0.0.1:5000';
const DOCUMENTS = [{ id: 'contract-2026' }, { id: 'floor-plan' }];
const clock = new ManualClock();
const signingKey = await generateSigningKey(clock);
const foreign = spki(ecPair().publicKey);

const engineOf = (handler: Parameters<typeof sendTo>[0]) => {
  const { send, received } = sendTo(handler);
  const real = new RealDocumentEngine(new EngineApi(URL_OF_ENGINE, TOKEN, send), TOKEN, '1.20.0');
  return { real, received, takeOver: () => real.takeOver(signingKey, DOCUMENTS, clock) };
};

const standIn = (options: Partial<Parameters<typeof createDocumentEngine>[0]> = {}) =>
  createDocumentEngine({
    clock,
    algorithm: 'ES256',
    publicKey: foreign,
    apiToken: TOKEN,
    documents: [],
    ...options,
  });

/** The answers that the OpenAPI description of 1.9.0 gives as examples, to the calls of a take-over without a document. */
const documented = (documentId: string): Record<string, HttpAnswer> => ({
  'POST /api/secrets/jwt/rotate': { status: 200, headers: {}, body: '' },
  'POST /api/documents': jsonAnswer(200, {
    data: {
      document_id: documentId,
      errors: [],
      password_protected: false,
      sourcePdfSha256: 'a5',
      title: null,
    },
  }),
});

describe('a real Document Engine is taken over', () => {
  test.each(EVERY_LIST_BEHAVIOUR.map((behaviour) => [nameOf(behaviour), behaviour] as const))(
    'with its key and the demo documents: %s',
    async (_, behaviour) => {
      const engine = standIn(behaviour);
      const { entryId } = await engineOf(engine.answer).takeOver();
      const current = engine.secrets().find(({ expiresAt }) => expiresAt === undefined);
      expect(current).toMatchObject({ id: entryId, thumbprint: signingKey.kid });
      expect(engine.calls('upload')).toBe(2);
      expect(engine.calls('cover')).toBe(1);
    },
  );

  test('as its public description documents the calls', async () => {
    const { real, received, takeOver } = engineOf(answering(documented('contract-2026')));
    expect(await real.takeOver(signingKey, [{ id: 'contract-2026' }], clock)).toMatchObject({ entryId: 1 });
    expect(received.map(({ method, url }) => `${method} ${url.replace(/jwt=.*/, 'jwt=')}`)).toEqual(
      [
        'POST /api/secrets/jwt/rotate',
        'GET /api/secrets/jwt',
        'GET /api/documents/contract-2026/layers',
        'POST /api/documents',
        'GET /documents/contract-2026/cover?width=200&jwt=',
      ].map((call) => call.replace(' ', ` ${URL_OF_ENGINE}`)),
    );
    expect(z.object({ secret: z.string() }).parse(JSON.parse(received[0]?.body ?? ''))).toEqual({
      secret: signingKey.publicKey,
    });
    // The cover is asked for as an app does.
    expect(received.map(({ authorization }) => authorization)).toEqual([
      ...Array.from({ length: 4 }, () => `Token token="${TOKEN}"`),
      undefined,
    ]);
    await expect(takeOver()).rejects.toThrow('does not store the demo document "floor-plan"');
  });

  test('and a document that it has already is kept', async () => {
    const engine = standIn({ documents: [{ id: 'floor-plan', layers: ['', 'review'] }] });
    const { real, received, takeOver } = engineOf(engine.answer);
    await takeOver();
    const uploads = received.filter(({ url }) => url.endsWith('/api/documents'));
    expect(uploads).toHaveLength(1);
    expect(uploads[0]?.body).toContain('name="overwrite_existing_document"\r\n\r\nfalse');
    expect(real.farewell()).toContain('the uploaded document contract-2026.');
  });

  test.each([400, 409, 422] as const)(
    'and one that is uploaded by another program meanwhile is kept (%i)',
    async (takenIdStatus) => {
      const engine = standIn({ takenIdStatus });
      const other = sendTo(engine.answer);
      let first = true;
      const { takeOver } = engineOf(async (request) => {
        if (first && request.method === 'POST' && request.path === '/api/documents') {
          first = false;
          await engine.answer(request);
        }
        return engine.answer(request);
      });
      expect((await takeOver()).entryId).toBeDefined();
      expect(other.received).toEqual([]);
      expect(engine.calls('upload')).toBe(3);
    },
  );

  test('and not if it verifies tokens of another algorithm: it keeps its key', async () => {
    const { publicKey } = pairFor('RS256');
    const engine = standIn({ algorithm: 'RS256', publicKey: spki(publicKey) });
    const before = engine.secrets();
    const { real, takeOver } = engineOf(engine.answer);
    await expect(takeOver()).rejects.toThrow(
      /refuses the public key of the local stack \(400\).*JWT_ALGORITHM=ES256/s,
    );
    expect(engine.secrets()).toEqual(before);
    expect(real.farewell()).toBeUndefined();
  });

  const cover = 'GET /documents/contract-2026/cover';

  test.each<[string, Record<string, HttpAnswer>, RegExp, boolean]>([
    [
      'it refuses tokens of the key',
      { [cover]: textAnswer(403, 'no') },
      /refuses its tokens \(403\).*JWT_ALGORITHM=ES256/s,
      true,
    ],
    [
      'its clock is wrong',
      { [cover]: textAnswer(403, 'Invalid `exp` claim in JWT: …') },
      /Set its clock/,
      true,
    ],
    [
      'it fails at the rotation',
      { 'POST /api/secrets/jwt/rotate': textAnswer(500, TOKEN) },
      /answers 500/,
      true,
    ],
    ['it has no rotation', { 'POST /api/secrets/jwt/rotate': textAnswer(404, TOKEN) }, /answers 404/, false],
    ['uploads are forbidden', { 'POST /api/documents': textAnswer(403, '') }, /refuses the API token/, true],
    [
      'uploads fail',
      { 'POST /api/documents': textAnswer(500, TOKEN) },
      /POST \/api\/documents answers 500.*ALLOW_DOCUMENT_UPLOADS/s,
      true,
    ],
    [
      'uploads get another id',
      { 'POST /api/documents': jsonAnswer(200, { data: { document_id: TOKEN } }) },
      /another answer than documented/,
      true,
    ],
    [
      'layers fail',
      { 'GET /api/documents/contract-2026/layers': textAnswer(500, TOKEN) },
      /layers answers 500/,
      true,
    ],
  ])('and not if %s', async (_, answers, expected, changed) => {
    const { real } = engineOf(answering({ ...documented('contract-2026'), ...answers }));
    const error: unknown = await real
      .takeOver(signingKey, [{ id: 'contract-2026' }], clock)
      .catch((thrown: unknown) => thrown);
    expect(String(error)).toMatch(expected);
    expect(String(error)).not.toContain(TOKEN);
    expect(real.farewell() !== undefined).toBe(changed);
  });

  test('and what remains is said with the id of its key, without the API token', async () => {
    const engine = standIn();
    const { real, takeOver } = engineOf(engine.answer);
    expect(real.farewell()).toBeUndefined();
    const { entryId } = await takeOver();
    const said = real.farewell() ?? '';
    expect(said).toContain(`keeps a key of this run as its current key (id ${entryId}`);
    expect(said).toContain(`curl ${URL_OF_ENGINE}/api/secrets/jwt/rotate`);
    expect(said).toContain('the uploaded documents contract-2026 and floor-plan.');
    expect(said).not.toContain(TOKEN);
  });

  test('and an answer of a proxy to the rotation is not taken for that of Document Engine', async () => {
    const engine = standIn();
    engine.inject('rotate-secret', 'garbage');
    const { real, takeOver } = engineOf(engine.answer);
    await expect(takeOver()).rejects.toThrow('answers with a web page');
    expect(real.farewell()).toContain('may keep a key of this run');
  });

  test('and without an answer to the rotation it says that the key may be there', async () => {
    const engine = standIn();
    engine.inject('rotate-secret', 'answer-lost');
    const { real, takeOver } = engineOf(engine.answer);
    await expect(takeOver()).rejects.toThrow('cannot be reached');
    expect(real.farewell()).toContain('may keep a key of this run');
  });
});
