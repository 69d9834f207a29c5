import 'dart:io';

import 'package:layermint/layermint.dart';

/// Prints the life of a document's token, and renews it until you press Ctrl+C.
///
///     dart run example/main.dart http://localhost:4747 CALLER-TOKEN contract
Future<void> main(List<String> arguments) async {
  if (arguments.length != 3) {
    stderr.writeln('Usage: main.dart API CALLER-TOKEN DOCUMENT-ID');
    exitCode = 2;
    return;
  }
  final TokenSource source = TokenSource(
    api: Uri.parse(arguments[0]),
    // An app asks its identity provider here, and for a new token with renew.
    callerToken: ({required bool renew}) async => arguments[1],
    onEvent: (SourceEvent event) => stderr.writeln(event.toJson()),
  );
  final Subscription subscription = source.watch(
    TokenRequest(documentId: arguments[2]),
    onToken:
        (Token token) => stdout.writeln(
          '${token.documentId} for ${token.userId} until ${token.expiresAt}',
        ),
    onError: (LayermintException error) {
      stderr.writeln(error);
      if (error.isFinal) {
        exitCode = 1;
        source.close();
      }
    },
  );
  await ProcessSignal.sigint.watch().first;
  subscription.close();
  source.close();
}
