import { decodeJwt } from 'jose';
import type { RawResponse } from '../http/raw-http.ts';

/** Reads the user id in the JWT of an answer to a mint. */
export const userIdIn = ({ body }: RawResponse): unknown =>
  decodeJwt((JSON.parse(body) as { readonly jwt: string }).jwt)['user_id'];

/** Reads the problem of an answer; undefined for an answer of the gateway itself. */
export const problemIn = ({ body }: RawResponse): string | undefined =>
  /"urn:layermint:problem:([a-z-]+)"/.exec(body)?.[1];

/** Reads status and problem of an answer, such as `403 not-granted`. */
export const refusalIn = (answer: RawResponse): string =>
  [answer.status, problemIn(answer)].filter((it) => it !== undefined).join(' ');
