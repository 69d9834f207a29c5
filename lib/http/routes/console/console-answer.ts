import { gunzipSync } from 'node:zlib';
import { headerOf } from '../../messages/headers.ts';
import { etagOf, isHeld } from '../cacheable.ts';
import type { ApiEvent, ApiResult } from '../route.ts';
import { contentSecurityPolicy, originsOf, type ConsoleConfig } from './console-config.ts';

/** A built file of the console. */
export interface ConsoleFile {
  /** The media type. */
  readonly type: string;
  /** The content, compressed with gzip, in base64. */
  readonly gzip: string;
}

/** The built files of the console by name. The name of each file but `index.html` has a hash of its content. */
export type ConsoleFiles = Readonly<Record<string, ConsoleFile>>;

/** The settings of the console, and the origins to which its page may connect beside its own and those of the issuers. */
export interface ConsoleSite {
  readonly config: ConsoleConfig;
  readonly origins: readonly string[];
}

/** A browser asks each time if the content is still the same, so a deployment reaches it at once. */
export const REVALIDATED = 'no-cache';

/** Another content has another name. */
export const IMMUTABLE = 'public, max-age=31536000, immutable';

/**
 * Makes the answer with a file, or with a text that no build knows. It is compressed for a client that reads gzip, and a 304 for one
 * that holds it already.
 */
export function consoleAnswer(
  event: ApiEvent,
  file: ConsoleFile | { readonly type: string; readonly text: string },
  cacheControl: string,
  site: ConsoleSite,
): ApiResult {
  const etag = etagOf('gzip' in file ? file.gzip : file.text);
  const headers = {
    ...securityHeaders(site),
    'cache-control': cacheControl,
    etag,
    vary: 'Origin, Accept-Encoding',
  };
  if (isHeld(event, etag)) return { statusCode: 304, headers };
  const typed = { ...headers, 'content-type': file.type };
  if ('text' in file) return { statusCode: 200, headers: typed, body: file.text };
  if (!readsGzip(event)) {
    return { statusCode: 200, headers: typed, body: gunzipSync(Buffer.from(file.gzip, 'base64')).toString() };
  }
  const compressed = { ...typed, 'content-encoding': 'gzip' };
  return { statusCode: 200, headers: compressed, body: file.gzip, isBase64Encoded: true };
}

/** The headers of every answer, also of a file that somebody opens by itself. */
function securityHeaders({ config, origins }: ConsoleSite): Readonly<Record<string, string>> {
  return {
    'content-security-policy': contentSecurityPolicy([...originsOf(config), ...origins]),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  };
}

/** Tells if the client reads gzip (RFC 9110 section 12.5.3). */
function readsGzip(event: ApiEvent): boolean {
  const codings = headerOf(event, 'accept-encoding')?.toLowerCase().split(',') ?? [];
  return codings.some((coding) => {
    const [name, weight = 'q=1'] = coding.split(';').map((part) => part.trim());
    return (name === 'gzip' || name === '*') && !/^q=0(?:\.0*)?$/.test(weight);
  });
}
