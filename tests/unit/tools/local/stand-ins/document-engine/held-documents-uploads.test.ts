import { describe, expect, test } from '@jest/globals';
import { createDocumentEngine } from '../../../../../../tools/local/stand-ins/document-engine/index.ts';
import { oldKey } from '../../../../../support/document-engine/engine-under-test.ts';

const PDF = '%PDF-1.4\n<< /Title (A title) >>\n%%EOF\n';

/** Uploads a form to an engine that holds the document `here`. */
async function uploadTo(
  engine: ReturnType<typeof engineWith>,
  fields: Readonly<Record<string, string>>,
  { file = PDF, token = 'api-token' } = {},
): Promise<{ status: number; body: unknown }> {
  const parts = Object.entries(fields).map(
    ([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const body = `${parts.join('')}--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n${file}\r\n--b--\r\n`;
  const answer = await engine.fetch('http://engine/api/documents', {
    method: 'POST',
    headers: { authorization: `Token token="${token}"`, 'content-type': 'multipart/form-data; boundary=b' },
    body,
  });
  const text = await answer.text();
  return { status: answer.status, body: answer.status === 200 ? JSON.parse(text) : text };
}

const engineWith = (options: Partial<Parameters<typeof createDocumentEngine>[0]> = {}) =>
  createDocumentEngine({
    algorithm: 'ES256',
    publicKey: oldKey.pem,
    apiToken: 'api-token',
    documents: [{ id: 'here', layers: ['', 'review'] }],
    ...options,
  });

const layersOf = async (engine: ReturnType<typeof engineWith>, id: string): Promise<unknown> => {
  const headers = { authorization: 'Token token="api-token"' };
  const answer = await engine.fetch(`http://engine/api/documents/${id}/layers`, { headers });
  return answer.status === 200 ? answer.json() : answer.status;
};

describe('an upload', () => {
  test('makes a document under the id of the form, without layers', async () => {
    const engine = engineWith();
    expect(await uploadTo(engine, { document_id: 'new' })).toMatchObject({
      status: 200,
      body: { data: { document_id: 'new', errors: [], title: 'A title' } },
    });
    expect(await layersOf(engine, 'new')).toEqual({ data: [] });
  });

  test('without an id gets one', async () => {
    expect(await uploadTo(engineWith(), {})).toMatchObject({
      status: 200,
      body: { data: { document_id: expect.stringMatching(/^[\da-f-]{36}$/) } },
    });
  });

  test.each([400, 409, 422] as const)(
    'under a taken id is refused with %i, unless it overwrites',
    async (takenIdStatus) => {
      const engine = engineWith({ takenIdStatus });
      expect((await uploadTo(engine, { document_id: 'here' })).status).toBe(takenIdStatus);
      expect(await layersOf(engine, 'here')).toEqual({ data: ['', 'review'] });
      expect(
        (await uploadTo(engine, { document_id: 'here', overwrite_existing_document: 'true' })).status,
      ).toBe(200);
      expect(await layersOf(engine, 'here')).toEqual({ data: [] });
    },
  );

  test('is refused without a PDF, without a form, and without the API token', async () => {
    const engine = engineWith({ wrongApiTokenStatus: 403 });
    expect((await uploadTo(engine, { document_id: 'new' }, { file: 'hello' })).status).toBe(400);
    expect((await uploadTo(engine, { document_id: 'new' }, { file: '%PDF-1.4 cut off' })).status).toBe(400);
    expect((await uploadTo(engine, { document_id: 'new' }, { token: 'wrong' })).status).toBe(403);
    const headers = { authorization: 'Token token="api-token"', 'content-type': 'application/pdf' };
    const answer = await engine.fetch('http://engine/api/documents', { method: 'POST', headers, body: PDF });
    expect(answer.status).toBe(400);
    expect(await layersOf(engine, 'new')).toBe(404);
  });
});
