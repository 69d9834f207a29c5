// Generated from docs/openapi.json by "npm run generate". Do not change it by hand.
export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /** @description The token to mint. `privateLayer` must not stand beside "layer": a token opens one layer. `onBehalfOf` must name the user of "grant". */
    readonly MintRequest: {
      /** @description The document that the token opens. */
      readonly documentId: components['schemas']['DocumentId'];
      /** @description The layer that the token opens. Default: the default layer. */
      readonly layer?: components['schemas']['LayerName'] | null;
      /** @description The token opens the user's own private layer. */
      readonly privateLayer?: boolean | null;
      /** @description The permissions of the token. Default: all granted ones. */
      readonly permissions?: readonly ('read-document' | 'write' | 'download' | 'cover-image')[] | null;
      /**
       * @description The life of the token, in seconds. A stage sets the default and the maximum; here they are 3600 and 86400. The token expires earlier if a grant that it is built from ends earlier.
       * @default 3600
       */
      readonly ttlSeconds?: number | null;
      /** @description The group of the records that the user creates: one of those that the grants give. Default: the first of them. */
      readonly defaultGroup?: string | null;
      /** @description The user of the token. Default: the caller. */
      readonly onBehalfOf?: components['schemas']['OnBehalfOf'] | null;
      /** @description The grant that decides this token, in place of the grants that Layermint has for the user. It needs `onBehalfOf`. */
      readonly grant?: components['schemas']['VouchedGrant'] | null;
    };
    /** @description The id of a document, as Document Engine gave it at upload. `.` and `..` are refused: a URL path cannot carry them. */
    readonly DocumentId: string;
    /** @description The name of an Instant layer; `""` is the default layer. Must be well-formed Unicode, without half of a surrogate pair. Must be at most 256 characters, without "*" and control characters. */
    readonly LayerName: string;
    /** @description The user of the token, if a backend authenticates its own users. It needs the scope `layermint/on-behalf`. */
    readonly OnBehalfOf: {
      /** @description The user's id. It becomes `user_id`. Must be well-formed Unicode, without half of a surrogate pair. Must be a user id: a string of 1 to 512 bytes without control characters. */
      readonly userId: string;
      /** @description The groups that the user is in. */
      readonly groups?: readonly string[] | null;
      /** @description The user's name for records. It becomes `creator_name`. A name that is empty, has more than 512 bytes, or has control characters or half a surrogate pair is left out. */
      readonly name?: string | null;
    };
    /** @description A role on some layers, for this one token. Your backend has decided by itself that the user has it. It needs the scope `layermint/vouch`. `layers` must name a layer unless "privateLayer" is true: the grant would open nothing. */
    readonly VouchedGrant: {
      /** @description A role of the deployment's role file. This document lists the roles of the shipped file. Must be one of the roles viewer, commenter, annotator, form-filler, editor, owner, thumbnail. */
      readonly role: string;
      /**
       * @description The shared layers to open, together at most 4,096 bytes in UTF-8; `["*"]` is every one. Default: the default layer.
       * @default [
       *       ""
       *     ]
       */
      readonly layers?: readonly string[] | null;
      /**
       * @description True: it also opens the user's own private layer.
       * @default false
       */
      readonly privateLayer?: boolean | null;
      /** @description The group of records that are created with this grant. Default: the default group of the role. */
      readonly defaultGroup?: string | null;
    };
    /** @description The tokens to mint, all for the same user. */
    readonly BatchRequest: {
      /** @description A fault of one request becomes its own result and does not affect the others. `onBehalfOf` must be the same in each. */
      readonly requests: readonly components['schemas']['MintRequest'][];
    };
    /** @description The live tokens to end. Without `userId` and `everyone`, these are the caller's own. `everyone` must not stand beside "userId": it ends the tokens of all users for a document. `everyone` must stand beside a "documentId": it ends the tokens of all users for one document. */
    readonly RevocationRequest: {
      /** @description The user of the tokens. Default: the caller. */
      readonly userId?: string | null;
      /** @description The document that they are for. Default: every document. */
      readonly documentId?: components['schemas']['DocumentId'] | null;
      /** @description `true`: the tokens of all users for the document, by an owner of it or with the scope `layermint/revocations`. It needs a `documentId`, and no `userId` can stand beside it. `false` counts as left out. */
      readonly everyone?: boolean | null;
      /** @description The reason. The caller that gave it can read it, and others that can revoke these tokens, except the user of the tokens. */
      readonly reason?: string | null;
    };
    /** @description A token for Document Engine, with the values that the client SDKs need. */
    readonly Token: {
      /** @description The token. */
      readonly jwt: string;
      /** @description The document that it opens. */
      readonly documentId: string;
      /** @description The layer that it opens; `""` is the default layer. */
      readonly layer: string;
      /** @description The user that it is for. */
      readonly userId: string;
      /** @description The permissions that it gives. */
      readonly permissions: readonly ('read-document' | 'write' | 'download' | 'cover-image')[];
      /**
       * Format: date-time
       * @description The time at which it was signed, in UTC.
       */
      readonly issuedAt: string;
      /**
       * Format: date-time
       * @description The time at which it expires, in UTC.
       */
      readonly expiresAt: string;
      /**
       * Format: date-time
       * @description The time to ask for the next one, in UTC: at random between 70 and 85 % of the life, so that clients do not ask all at once.
       */
      readonly refreshAt: string;
      /** @description Document Engine's base URL, which the iOS, Android and Web SDKs take. */
      readonly serverUrl: string;
      /** @description The document's URL: the longer form that Nutrient's guide shows for the Flutter SDK. */
      readonly documentUrl: string;
    };
    /** @description The result of each request, in their order. */
    readonly BatchResults: {
      /** @description As many as there were requests. */
      readonly results: readonly (
        | {
            /**
             * @description The status that the request would have had by itself.
             * @constant
             */
            readonly status: 201;
            /** @description The token, if the status is 201. */
            readonly token: components['schemas']['Token'];
          }
        | {
            /** @description The status that the request would have had by itself. */
            readonly status: number;
            /** @description The problem, if it is not. Its pointers begin at the request. */
            readonly problem: components['schemas']['Problem'];
          }
      )[];
    };
    /** @description Problem details (RFC 9457). Decide by `status` or `type`; the other texts are for people. */
    readonly Problem: {
      /**
       * Format: uri
       * @description `urn:layermint:problem:<slug>`; docs/problems.md describes each.
       */
      readonly type: string;
      /** @description The kind of problem. */
      readonly title: string;
      /** @description The status of the answer. */
      readonly status: number;
      /** @description The fault and its remedy. */
      readonly detail: string;
      /** @description The id that finds the request in the log. */
      readonly requestId: string;
      /** @description The faults of the body, one by one; at most 20. */
      readonly errors?: readonly {
        /** @description The place of the fault: a JSON pointer in URI fragment form (RFC 6901 section 6). */
        readonly pointer: string;
        /** @description The fault. */
        readonly detail: string;
      }[];
    };
    /** @description The progress of a revocation. */
    readonly Revocation: {
      /** @description The id for its progress: `/v1/revocations/{id}`. It is the same for every request for the same tokens. */
      readonly id: string;
      /**
       * @description `confirmed`: Document Engine has confirmed the revocation of all tokens that were found for this request. Without a `documentId`, the service looks for tokens again a minute after the request, and ten minutes after it if it found any. The state can then return to `pending`.
       * @enum {string}
       */
      readonly state: 'confirmed' | 'pending';
      /** @description The user of the tokens. */
      readonly userId?: string;
      /** @description The document that they are for. */
      readonly documentId?: string;
      /** @description The reason, if the caller can read it. */
      readonly reason?: string;
      /** @description The number of pairs of user and document revoked so far, for the latest request. */
      readonly holders: number;
      /** @description The number of token ids (`jti`) that Document Engine had not confirmed as revoked at the last count. All tokens of a user for a document have the same id until they are revoked. */
      readonly waiting: number;
      /** @description The time of the request, in UTC. */
      readonly requestedAt: string;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
