import { ifNoneMatch, type DescribedResource } from '../openapi.ts';
import { ConsoleSettings } from './schemas.ts';

/** Describes the routes of the console. */
export const consoleResource: DescribedResource = {
  tag: { name: 'console', description: 'Public: a page for people, if the stage has one.' },
  schemas: {
    ConsoleSettings: {
      schema: ConsoleSettings,
      remarks: {
        '': "The settings of the console's page.",
        stage: 'The name of the stage.',
        issuers: 'The identity providers with which people can sign in.',
        'issuers[].name': 'Its name on the page.',
        'issuers[].issuer': 'Its URL, exactly as the `iss` of its tokens has it.',
        'issuers[].clientId': 'The public client of the console at it.',
        scopes: 'The scopes of the sign-in.',
        tokenUse: 'The token that the page sends to the API.',
        auditLog:
          'The place of the audit log, for a link into the AWS console. Reading it needs rights of the account.',
        'auditLog.region': 'The region of the stage.',
        'auditLog.logGroup': 'The log group of the audit log.',
      },
    },
  },
  operations: {
    getConsole: {
      summary: 'Open the console',
      description:
        'A page for people who debug tokens and grants. A stage without `consoleClientId` has no console, and answers 404.',
      parameters: [ifNoneMatch('the page')],
      successes: { 200: 'The page.', 304: 'The same page.' },
    },
    getConsoleFile: {
      summary: "Get a file of the console's page",
      description:
        'The settings of the page, `config.json`. The page also loads its script, its style sheet and its icon here, under names that change with their content.',
      parameters: [
        {
          name: 'file',
          in: 'path',
          description: 'The name of the file.',
          schema: { type: 'string', minLength: 1 },
        },
        ifNoneMatch('the file'),
      ],
      successes: { 200: 'The settings.', 304: 'The same settings.' },
    },
  },
};
