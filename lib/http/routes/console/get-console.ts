import { gunzipSync } from 'node:zlib';
import type { Logger } from '../../../runtime/log.ts';
import { headerOf } from '../../messages/headers.ts';
import { Problem } from '../../problems/problem.ts';
import { etagOf, isHeld } from '../cacheable.ts';
import { route, type ApiEvent, type ApiHandler, type ApiResult } from '../route.ts';
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

/** The dependencies of serving the console. */
export interface ConsoleDependencies {
  readonly files: ConsoleFiles;
  readonly config: ConsoleConfig;
  /** The origins to which the page may connect, beside its own and those of the issuers. */
  readonly origins: readonly string[];
  readonly log: Logger;
}

/** The name of the page among the files. */
const INDEX = 'index.html';

/** The settings of the page, which no build knows. */
const CONFIG = 'config.json';

/** A browser asks each time if the page is still the same, so a deployment reaches it at once. */
const REVALIDATED = 'no-cache';

/** Another content has another name. */
const IMMUTABLE = 'public, max-age=31536000, immutable';

/** Makes the handler of `GET /console`: the page. */
export function getConsoleHandler({ files, config, origins, log }: ConsoleDependencies): ApiHandler {
  const headers = headersFor(config, origins);
  return route('getConsole', log, (event) => answer(event, fileNamed(files, INDEX), REVALIDATED, headers));
}

/** Makes the handler of `GET /console/{file}`: the script, the style sheet and the icon of the page, and its settings. */
export function getConsoleFileHandler({ files, config, origins, log }: ConsoleDependencies): ApiHandler {
  const headers = headersFor(config, origins);
  const settings = JSON.stringify(config);
  return route('getConsoleFile', log, (event) => {
    const name = event.pathParameters?.['file'] ?? '';
    if (name === CONFIG)
      return answer(event, { type: 'application/json', text: settings }, REVALIDATED, headers);
    // The page has one address alone, so that its relative links lead to the files.
    return answer(event, fileNamed(files, name === INDEX ? '' : name), IMMUTABLE, headers);
  });
}

function fileNamed(files: ConsoleFiles, name: string): ConsoleFile {
  const file = Object.hasOwn(files, name) ? files[name] : undefined;
  if (file === undefined)
    throw new Problem('route-not-found', 'The console has no such file. Load the page again.');
  return file;
}

/** The headers of every answer, also for a file that somebody opens by itself. */
function headersFor(config: ConsoleConfig, origins: readonly string[]): Readonly<Record<string, string>> {
  return {
    'content-security-policy': contentSecurityPolicy([...originsOf(config), ...origins]),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  };
}

function answer(
  event: ApiEvent,
  file: ConsoleFile | { readonly type: string; readonly text: string },
  cacheControl: string,
  security: Readonly<Record<string, string>>,
): ApiResult {
  const etag = etagOf('gzip' in file ? file.gzip : file.text);
  const headers = { ...security, 'cache-control': cacheControl, etag, vary: 'Origin, Accept-Encoding' };
  if (isHeld(event, etag)) return { statusCode: 304, headers };
  const ok = { statusCode: 200, headers: { ...headers, 'content-type': file.type } };
  if ('text' in file) return { ...ok, body: file.text };
  if (!acceptsGzip(event)) return { ...ok, body: gunzipSync(Buffer.from(file.gzip, 'base64')).toString() };
  return {
    ...{ ...ok, headers: { ...ok.headers, 'content-encoding': 'gzip' } },
    ...{ body: file.gzip, isBase64Encoded: true },
  };
}

/** Tells if the client reads gzip (RFC 9110 section 12.5.3). */
function acceptsGzip(event: ApiEvent): boolean {
  return (headerOf(event, 'accept-encoding') ?? '')
    .split(',')
    .some((coding) => /^\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).*)?$/i.test(coding));
}
