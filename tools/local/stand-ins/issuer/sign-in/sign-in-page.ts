import { inHtml } from '../../html.ts';
import type { HttpAnswer } from '../../loopback-server.ts';
import { PARAMETERS } from './authorization-request.ts';

/** Writes the page with a button for each user. Pressing one posts the parameters of the request again. */
export function signInPage(
  users: readonly { readonly userId: string; readonly name?: string }[],
  query: URLSearchParams,
): HttpAnswer {
  const repeated = PARAMETERS.flatMap((name) => {
    const value = query.get(name);
    return value === null ? [] : [`<input type="hidden" name="${name}" value="${inHtml(value)}">`];
  });
  const buttons = users.map(
    ({ userId, name = userId }) =>
      `<p><button name="user" value="${inHtml(userId)}">${inHtml(`${name} (${userId})`)}</button></p>`,
  );
  const form = `<form method="post" action="/authorize">${repeated.join('')}${buttons.join('')}</form>`;
  return page(
    200,
    'Sign in',
    `<p>These are the demo users of this machine. They have no password.</p>${form}`,
  );
}

/** Writes the page that says why nobody can sign in. */
export function refusalPage(reason: string): HttpAnswer {
  return page(400, 'You cannot sign in', `<p>${inHtml(reason)}</p>`);
}

function page(status: number, title: string, content: string): HttpAnswer {
  const body = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <link rel="icon" href="data:,">
    <title>${title}</title>
  </head>
  <body><main><h1>${title}</h1>${content}</main></body>
</html>
`;
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
      // Not no-referrer: the form would then come from the origin "null", which is refused as a foreign page.
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    },
    body,
  };
}
