import * as z from 'zod/mini';
import type { ConsoleConfig } from '../http/routes/console/console-config.ts';
import type { ConsoleFiles } from '../http/routes/console/console-answer.ts';
import { getConsoleFileHandler } from '../http/routes/console/get-console-file.ts';
import { getConsoleHandler } from '../http/routes/console/get-console.ts';
import type { ApiHandler } from '../http/routes/route.ts';
import { checked, everyFunction, json, rule, text } from '../runtime/environment.ts';
import { logOf } from './parts/function-log.ts';
import { ofIssuers } from './parts/issuers.ts';
import { ofOrigin, throughCloudFront } from './parts/through-cloud-front.ts';

const CLIENT_ID = 'must be the id of a client, or an object with one for each issuer by its name';
const SCOPES = 'must be a list of one scope or more, without blanks, quotes and backslashes';
const ORIGINS = 'must be a list of origins';

/** The name of the page among the files. */
const INDEX = 'index.html';

/** A client id has visible ASCII characters and blanks (RFC 6749 appendix A.1). */
const ClientId = z.string({ error: CLIENT_ID }).check(z.regex(/^[\x21-\x7e]{1,256}$/, { error: CLIENT_ID }));

const Clients = z.pipe(
  z.pipe(
    text(CLIENT_ID),
    z.transform((value, context): unknown => {
      if (!value.startsWith('{')) return value;
      try {
        return JSON.parse(value);
      } catch {
        context.issues.push({ code: 'custom', message: CLIENT_ID, input: value });
        return z.NEVER;
      }
    }),
  ),
  z.union([ClientId, z.record(z.string(), ClientId)], { error: CLIENT_ID }),
);

const variables = z.object({
  ...everyFunction,
  ...ofOrigin,
  ...ofIssuers,
  ISSUER: z.optional(checked((value) => URL.canParse(value), 'must be the URL of an issuer')),
  CONSOLE_CLIENT_ID: Clients,
  CONSOLE_SCOPES: json(
    z
      // RFC 6749 section 3.3.
      .array(z.string({ error: SCOPES }).check(z.regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, { error: SCOPES })), {
        error: SCOPES,
      })
      .check(z.minLength(1, { error: SCOPES })),
    SCOPES,
  ),
  AUDIT_LOG_REGION: text('must be the region of the stage'),
  AUDIT_LOG_GROUP_NAME: text('must name the log group of the audit log'),
  CONSOLE_TOKEN_USE: z.enum(['access', 'id'], { error: 'must be access or id' }),
  CONSOLE_ORIGINS: z._default(json(z.array(z.string({ error: ORIGINS }), { error: ORIGINS }), ORIGINS), []),
});

type Variables = z.output<typeof variables>;

/** The variables that {@link faultOfClients} reads, once they are parsed. */
const ClientsAndIssuers = z.object({
  CONSOLE_CLIENT_ID: z.union([z.string(), z.record(z.string(), z.string())]),
  ISSUERS: z.optional(z.array(z.object({ name: z.string() }))),
});

/** The environment of `getConsole`. */
export const environment = variables.check(rule('CONSOLE_CLIENT_ID', ClientsAndIssuers, faultOfClients));

/** Makes the handler of `GET /console` and of the page's files. @param files - the built files of the console */
export function handlerOf(given: Variables, files: ConsoleFiles): ApiHandler {
  const { [INDEX]: page, ...assets } = files;
  const site = { config: consoleConfigOf(given), origins: given.CONSOLE_ORIGINS };
  const log = logOf(given);
  const getConsole = getConsoleHandler(page, site, log);
  const getConsoleFile = getConsoleFileHandler(assets, site, log);
  return throughCloudFront(given, (event, context) =>
    event.pathParameters?.['file'] === undefined
      ? getConsole(event, context)
      : getConsoleFile(event, context),
  );
}

function consoleConfigOf(given: Variables): ConsoleConfig {
  const { STAGE: stage, CONSOLE_SCOPES: scopes, CONSOLE_TOKEN_USE: tokenUse } = given;
  const { AUDIT_LOG_REGION: region, AUDIT_LOG_GROUP_NAME: logGroup } = given;
  return {
    ...{ stage, issuers: consoleIssuersOf(given), scopes, tokenUse },
    auditLog: { region, logGroup },
  };
}

/** Lists the issuers at which the console has a client. */
function consoleIssuersOf({
  ISSUER,
  ISSUERS,
  CONSOLE_CLIENT_ID: clients,
}: Variables): ConsoleConfig['issuers'] {
  const issuers = ISSUERS ?? (ISSUER === undefined ? [] : [{ name: new URL(ISSUER).host, issuer: ISSUER }]);
  return issuers.flatMap(({ name, issuer }) => {
    const clientId = typeof clients === 'string' ? clients : clients[name];
    return clientId === undefined ? [] : [{ name, issuer, clientId }];
  });
}

/** Finds a client of an issuer that the stage does not have. */
function faultOfClients({
  CONSOLE_CLIENT_ID: clients,
  ISSUERS,
}: z.output<typeof ClientsAndIssuers>): string | undefined {
  if (typeof clients === 'string') {
    return ISSUERS !== undefined && ISSUERS.length > 1
      ? 'must be an object with a client for each issuer by its name: the stage has several issuers'
      : undefined;
  }
  if (ISSUERS === undefined) return 'must be the id of one client: the stage has one issuer';
  const names = ISSUERS.map(({ name }) => name);
  const foreign = Object.keys(clients).find((name) => !names.includes(name));
  if (foreign !== undefined) return `names the issuer ${foreign}, which is not among issuers`;
  return Object.keys(clients).length === 0 ? 'must name one issuer or more' : undefined;
}
