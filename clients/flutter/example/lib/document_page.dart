import 'package:flutter/material.dart';
import 'package:layermint/layermint.dart';
import 'package:layermint_flutter/layermint_flutter.dart';

import 'session.dart';

/// Shows a document, or the reason for which it is not shown.
class DocumentPage extends StatelessWidget {
  const DocumentPage({super.key, required this.session, required this.layer});

  final Session session;
  final OpenableLayer layer;

  @override
  Widget build(BuildContext context) => Scaffold(
    appBar: AppBar(title: Text(layer.documentId)),
    body: LayermintInstantView(
      source: session.source,
      documentId: layer.documentId,
      layer: layer.layer,
      user: session.user,
      onToken: (token) => session.remember(token.serverUrl),
      builder: _otherThanTheDocument,
    ),
  );

  Widget _otherThanTheDocument(
    BuildContext context,
    LayermintViewState state,
    VoidCallback retry,
  ) => switch (state) {
    ViewWaiting() ||
    ViewReady() => const Center(child: CircularProgressIndicator()),
    ViewOffline() => const _Message('You are offline.'),
    ViewRefused(:final error) => _refusal(error, retry),
    ViewFailed(:final failure) when failure.isUserMismatch => const _Message(
      'Another user opened this document on this device. Sign out and in again.',
    ),
    ViewFailed(:final failure) => _Message(failure.message, retry: retry),
  };

  Widget _refusal(LayermintException error, VoidCallback retry) =>
      switch (error) {
        NoAccessException() => const _Message(
          'You have no access to this document.',
        ),
        SignInRequiredException() ||
        UserChangedException() ||
        SignedOutException() => const _Message('Sign in again.'),
        CallerTokenException() ||
        InvalidRequestException() ||
        UnavailableException() ||
        UnreachableException() ||
        OfflineException() ||
        UnexpectedAnswerException() ||
        ClosedException() ||
        AbortedException() => _Message(error.message, retry: retry),
      };
}

class _Message extends StatelessWidget {
  const _Message(this.text, {this.retry});

  final String text;
  final VoidCallback? retry;

  @override
  Widget build(BuildContext context) {
    final retry = this.retry;
    return Center(
      child: Padding(
        padding: const EdgeInsets.all(24),
        child: Column(
          mainAxisSize: MainAxisSize.min,
          children: <Widget>[
            Text(text, textAlign: TextAlign.center),
            if (retry != null)
              TextButton(onPressed: retry, child: const Text('Try again')),
          ],
        ),
      ),
    );
  }
}
