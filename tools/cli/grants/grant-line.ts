import { type Grant, type GrantContent } from '../../../lib/grants/index.ts';
import {
  grantAnswer,
  grantContentOf,
  principalFrom,
  wholeGrantSchema,
  type GrantRules,
} from '../../../lib/http/routes/grants/schemas.ts';
import { parseInput, parseJson } from '../../../lib/http/messages/json-body.ts';
import { Problem, type InputFault } from '../../../lib/http/problems/problem.ts';
import { documentOfPartition } from '../../../lib/table/index.ts';
import { type Principal } from '../../../lib/identity/index.ts';
import { DocumentId } from '../../../lib/http/messages/fields.ts';

/** The longest line that can hold a grant, in bytes; more than the API takes for a body. */
export const MAX_LINE_BYTES = 128 * 1024;

/** The grant of a line. */
export interface LineGrant {
  readonly documentId: string;
  readonly principal: Principal;
  readonly content: GrantContent;
}

/** Reads a line. For an invalid one it returns the fault as a text, which quotes nothing of the line but the names of members. */
export type ReadLine = (bytes: Buffer) => LineGrant | string;

/** Makes a reader with the rules of the API's requests that set a grant. */
export function lineReader(rules: GrantRules): ReadLine {
  const schema = wholeGrantSchema(rules, DocumentId);
  return (bytes) => {
    try {
      const { documentId, principal, ...members } = parseInput(schema, parseJson(bytes));
      return { documentId, principal: principalFrom(principal), content: grantContentOf(members) };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return (error.errors ?? []).map(inWords).join('; ') || error.message;
    }
  };
}

/** Words a fault. That of a whole line needs no pointer, and its place is a column: the number of the line precedes it. */
function inWords({ pointer, detail }: InputFault): string {
  return pointer === '#' ? detail.replace(/ at line 1, column /, ' at column ') : `${pointer} ${detail}`;
}

/**
 * Writes a line that {@link lineReader} reads.
 *
 * @param partition - the document's partition key in the table
 */
export function formatLine(partition: string, grant: Grant): string {
  const { principal, role, layers, privateLayer, defaultGroup, expiresAt } = grantAnswer(grant);
  return JSON.stringify({
    documentId: documentOfPartition(partition),
    principal,
    role,
    layers,
    privateLayer,
    defaultGroup,
    expiresAt,
  });
}
