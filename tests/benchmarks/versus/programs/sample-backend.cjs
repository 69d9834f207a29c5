// The way of Nutrient's Node.js sample server (PSPDFKit/pspdfkit-server-example-nodejs), written anew: Express, a user name from HTTP
// Basic whose password nobody checks, the readers of a document in memory, and jsonwebtoken with the PEM of the key on each call.
// Sessions, pages, uploads and the request log of the sample are left out. They would only slow it down.
'use strict';

/* eslint-disable @typescript-eslint/no-require-imports -- CommonJS, as the sample is */
const { readFileSync } = require('node:fs');
const express = require('express');
const jwt = require('jsonwebtoken');

const { ALGORITHM, KEY_FILE, OWNER, DOCUMENT_ID } = process.env;

const key = readFileSync(KEY_FILE);
const documents = new Map([[DOCUMENT_ID, { owner: OWNER, access: [] }]]);

const app = express();
app.use(express.json());

app.get('/api/document/:id', (request, response) => {
  const user = userOf(request.headers.authorization);
  if (user === undefined) {
    response.set('WWW-Authenticate', 'Basic realm="documents"').sendStatus(401);
    return;
  }
  const document = documents.get(request.params.id);
  if (document === undefined || (document.owner !== user && !document.access.includes(user))) {
    response.json({ success: false, message: 'You may not open this document.' });
    return;
  }
  const claims = { document_id: request.params.id, permissions: ['read-document', 'write', 'download'] };
  response.json({ success: true, token: jwt.sign(claims, key, { algorithm: ALGORITHM, expiresIn: '1h' }) });
});

function userOf(authorization = '') {
  const [scheme, credentials = ''] = authorization.split(' ');
  if (scheme !== 'Basic') return undefined;
  return Buffer.from(credentials, 'base64').toString().split(':')[0];
}

app.listen(0, '127.0.0.1');
