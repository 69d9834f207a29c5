import type { Repeated } from './index.ts';
import { inDart, membersIn } from './literals.ts';

/** Writes the request for `layermint_flutter`. */
export function flutterSnippet({ api, request }: Pick<Repeated, 'api' | 'request'>): string {
  const members = membersIn(request, inDart);
  const view =
    members.length === 1
      ? `LayermintInstantView(source: source, ${members.join('')})`
      : `LayermintInstantView(\n  source: source,\n${members.map((it) => `  ${it},\n`).join('')})`;
  return `// accessToken and signedInUser are yours: the user's access token, and any stable text for the user.
import 'package:layermint/layermint.dart';
import 'package:layermint_flutter/layermint_flutter.dart';

final source = TokenSource(
  api: Uri.parse(${inDart(api)}),
  callerToken: ({required bool renew}) => accessToken(renew: renew),
  user: () => signedInUser,
  connectivity: flutterConnectivity(),
);

// In the build method of your screen:
return ${view};
`;
}
