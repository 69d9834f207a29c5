import { type HttpRequest, type HttpResponse, headerOf } from './http-server.ts';
import type { HttpApiEvent } from './event.ts';
import type { JwtContext } from './jwt-authorizer.ts';

/** `requestContext.authorizer` of the event: the claims of a JWT authorizer, or the context that a Lambda authorizer answered with. */
export type AuthorizerContext =
  { readonly jwt: JwtContext } | { readonly lambda: Readonly<Record<string, unknown>> };

/** The part of the event about the caller, or the answer that refuses the request. */
export type Authorization =
  | { readonly authorized: true; readonly context: AuthorizerContext }
  | {
      readonly authorized: false;
      readonly response: HttpResponse;
      /** For the access log. */
      readonly error: string;
    };

/** Decides on requests before a function is called. */
export interface Authorizer {
  /**
   * @param routeScopes - the scopes of the route
   * @param event - the event that the route's function would get, without a body
   */
  authorize(
    request: HttpRequest,
    routeScopes: readonly string[],
    event: HttpApiEvent,
  ): Promise<Authorization>;
}

/** A header that identifies the caller, by the selection expression `$request.header.<name>`. */
export class IdentitySource {
  readonly #header: string;

  /** @throws TypeError for any other expression, which this machine does not know */
  constructor(expression: string) {
    const [, header] = /^\$request\.header\.([\w-]+)$/.exec(expression) ?? [];
    if (header === undefined) {
      throw new TypeError(
        `identitySource "${expression}" is not supported here: use $request.header.Authorization`,
      );
    }
    this.#header = header.toLowerCase();
  }

  /** Reads the header. Undefined if it is missing or empty; API Gateway then refuses the request by itself. */
  in(request: HttpRequest): string | undefined {
    const value = headerOf(request, this.#header);
    return value === '' ? undefined : value;
  }
}
