import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { ofDocumentEngine } from '../../../../../lib/wiring/parts/document-engine-api.ts';
import { parseEngineAddress } from '../../../../../tools/local/real-document-engine/engine-address.ts';

describe('the address of a real Document Engine', () => {
  test.each([
    ['http://127.0.0.1:5000', 'http://127.0.0.1:5000', 'this machine'],
    ['http://localhost:5000/', 'http://localhost:5000', 'this machine'],
    ['http://[::1]:5000', 'http://[::1]:5000', 'this machine'],
    ['HTTPS://Engine.Example.com/base//', 'https://engine.example.com/base', 'public'],
    ['https://10.1.2.3', 'https://10.1.2.3', 'private network'],
    ['https://172.31.0.1', 'https://172.31.0.1', 'private network'],
    ['https://172.32.0.1', 'https://172.32.0.1', 'public'],
    ['https://[fd00::1]', 'https://[fd00::1]', 'private network'],
    ['https://[2001:db8::1]', 'https://[2001:db8::1]', 'public'],
    ['https://engine.internal', 'https://engine.internal', 'private network'],
    ['https://document-engine:5000', 'https://document-engine:5000', 'private network'],
    ['https://10.example.com', 'https://10.example.com', 'public'],
    ['https://fd-engine.example.com', 'https://fd-engine.example.com', 'public'],
  ])('%s is %s, %s', (text, url, reach) => {
    expect(parseEngineAddress(text)).toMatchObject({ url, reach });
  });

  test.each([
    ['ftp://127.0.0.1', /must be an http or https URL/],
    ['file:///etc/passwd', /must be an http or https URL/],
    ['127.0.0.1:5000', /must be an http or https URL/],
    ['', /must be an http or https URL/],
    ['https://127.0.0.1/?a=b', /base URL/],
    ['https://127.0.0.1/#a', /base URL/],
    ['http://192.168.1.5:5000', /must begin with https:\/\/ for another machine/],
    ['http://localhost.example.com', /must begin with https:\/\//],
  ])('%s is refused', (text, message) => {
    expect(() => parseEngineAddress(text)).toThrow(message);
  });

  test('A password in the URL is refused and not repeated', () => {
    expect(() => parseEngineAddress('https://me:hunter2@engine.example.com')).toThrow(
      /^(?!.*hunter2).*must not hold a user name or a password/,
    );
  });

  test('An address that is taken is one that the functions of a stage take', () => {
    for (const text of ['http://localhost:5000/', 'http://[::1]/', 'https://engine.example.com/base/']) {
      const { url } = parseEngineAddress(text);
      expect(z.safeParse(z.object(ofDocumentEngine), { DOCUMENT_ENGINE_URL: url }).success).toBe(true);
    }
  });
});
