import { answered, ask, DOCUMENT, type ExampleRequest, OTHER_DOCUMENT } from './example-request.ts';

const onDocument = (query: Readonly<Record<string, string>> = {}) => ({ documentId: DOCUMENT, ...query });
const onOther = (query: Readonly<Record<string, string>>) => ({ documentId: OTHER_DOCUMENT, ...query });

const NEW_ETAG = `"${answered('setGrant.new', 'etag')}"`;
const CHANGED_ETAG = `"${answered('setGrant.changed', 'etag')}"`;

const SETTING: readonly ExampleRequest[] = [
  ask('setGrant', 'new', 201, 'An owner gives a grant, unless it exists already', {
    caller: 'alice',
    parameters: onDocument({ user: 'dave', 'If-None-Match': '*' }),
    body: { role: 'annotator', layers: ['', 'review'], expiresAt: '2099-12-31T23:59:59Z' },
  }),
  ask('setGrant', 'changed', 200, 'An owner changes a grant, unless somebody else has changed it', {
    caller: 'alice',
    parameters: onDocument({ user: 'dave', 'If-Match': NEW_ETAG }),
    body: { role: 'viewer' },
  }),
  ask('setGrant', 'stale', 412, 'Somebody else has changed the grant in the meantime', {
    caller: 'alice',
    parameters: onDocument({ user: 'dave', 'If-Match': NEW_ETAG }),
    body: { role: 'editor' },
  }),
  ask('setGrant', 'first-owner', 201, "A backend gives the first grant of a document's owner", {
    caller: 'backend',
    parameters: { documentId: 'annual-report', user: 'alice' },
    body: { role: 'owner', layers: ['*'], privateLayer: true },
  }),
  ask('setGrant', 'owner-of-a-layer', 201, 'A backend makes an owner of one layer', {
    caller: 'backend',
    parameters: onOther({ user: 'carol' }),
    body: { role: 'owner', layers: ['review'] },
  }),
  ask('setGrant', 'layers-beside-all', 400, 'One layer is named beside `*`, which is all layers', {
    caller: 'alice',
    parameters: onDocument({ group: 'editors' }),
    body: { role: 'editor', layers: ['*', 'review'] },
  }),
  ask('setGrant', 'not-an-owner', 403, 'The caller is not an owner', {
    caller: 'mallory',
    parameters: onDocument({ user: 'mallory' }),
    body: { role: 'owner' },
  }),
  ask('setGrant', 'beyond-own-grants', 403, 'An owner of one layer gives another', {
    caller: 'carol',
    parameters: onOther({ user: 'dave' }),
    body: { role: 'viewer' },
  }),
  ask('setGrant', 'owner-for-everyone', 403, 'An owner makes everyone an owner', {
    caller: 'alice',
    parameters: onDocument({ everyone: '' }),
    body: { role: 'owner' },
  }),
  ask('setGrant', 'last-owner', 409, 'The last owner becomes an editor', {
    caller: 'alice',
    parameters: onDocument({ user: 'alice' }),
    body: { role: 'editor' },
  }),
];

const LISTING: readonly ExampleRequest[] = [
  ask('listGrants', 'first-page', 200, 'The first page, of two grants', {
    caller: 'alice',
    parameters: onDocument({ limit: '2' }),
  }),
  ask('listGrants', 'last-page', 200, 'The next page, which is the last', {
    caller: 'alice',
    parameters: onDocument({ limit: '2', cursor: answered('listGrants.first-page', 'nextCursor') }),
  }),
  ask('listGrants', 'altered-cursor', 400, 'A cursor of another list', {
    caller: 'alice',
    parameters: onDocument({ cursor: answered('listDocuments.first-page', 'nextCursor') }),
  }),
  ask('listGrants', 'not-an-owner', 403, 'The caller is not an owner', {
    caller: 'carol',
    parameters: onDocument(),
  }),
];

const REMOVING: readonly ExampleRequest[] = [
  ask('removeGrants', 'stale', 412, 'Somebody else has changed the grant in the meantime', {
    caller: 'alice',
    parameters: onDocument({ user: 'dave', 'If-Match': NEW_ETAG }),
  }),
  ask('removeGrants', 'one', 204, 'An owner removes a grant, unless somebody else has changed it', {
    caller: 'alice',
    parameters: onDocument({ user: 'dave', 'If-Match': CHANGED_ETAG }),
  }),
  ask('removeGrants', 'gone', 404, 'There is no such grant any more', {
    caller: 'alice',
    parameters: onDocument({ user: 'dave' }),
  }),
  ask('removeGrants', 'nobody-named', 400, 'The request names no user or group, and not everyone', {
    caller: 'alice',
    parameters: onDocument(),
  }),
  ask('removeGrants', 'not-an-owner', 403, 'The caller is not an owner', {
    caller: 'mallory',
    parameters: onDocument({ user: 'alice' }),
  }),
  ask('removeGrants', 'beyond-own-grants', 403, 'An owner of one layer removes a grant on every layer', {
    caller: 'carol',
    parameters: onOther({ group: 'editors' }),
  }),
  ask('removeGrants', 'all-as-an-owner', 403, 'An owner removes all grants', {
    caller: 'alice',
    parameters: onDocument({ all: '' }),
  }),
  ask('removeGrants', 'last-owner', 409, 'The last owner leaves', {
    caller: 'alice',
    parameters: onDocument({ user: 'alice' }),
  }),
  ask('removeGrants', 'all', 204, 'The document is gone: a backend removes all grants', {
    caller: 'backend',
    parameters: onOther({ all: '' }),
  }),
];

/** Requests to the routes of grants, in order: some use the answers to earlier ones. */
export const GRANT_REQUESTS: readonly ExampleRequest[] = [...SETTING, ...LISTING, ...REMOVING];
