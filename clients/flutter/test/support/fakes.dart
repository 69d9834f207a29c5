import 'dart:async';

import 'package:flutter/widgets.dart';
import 'package:layermint/layermint.dart';
import 'package:layermint_flutter/layermint_flutter.dart';

/// Makes a token that lives for 60 minutes and is to be renewed after 45.
Token tokenOf(String jwt, {String documentId = 'doc-1', String layer = ''}) {
  final issuedAt = DateTime.utc(2026, 1, 31, 12);
  return Token(
    jwt: jwt,
    documentId: documentId,
    layer: layer,
    userId: 'alice',
    permissions: const <String>['read-document', 'write'],
    issuedAt: issuedAt,
    refreshAt: issuedAt.add(const Duration(minutes: 45)),
    expiresAt: issuedAt.add(const Duration(minutes: 60)),
    serverUrl: 'https://de.example.com',
    documentUrl: 'https://de.example.com/api/1/documents/$documentId',
  );
}

/// A watch of [FakeSource], to which a test gives tokens and errors.
class FakeWatch implements Subscription {
  FakeWatch(this.request, this.onToken, this.onError);

  final TokenRequest request;
  final void Function(Token token) onToken;
  final void Function(LayermintException error)? onError;
  bool isClosed = false;

  void fail(LayermintException error) => onError?.call(error);

  @override
  void close() => isClosed = true;
}

/// A renewal that [FakeSource] was asked for. A test completes [answer].
class FakeRenewal {
  FakeRenewal(this.refused);

  final String? refused;
  final Completer<Token> answer = Completer<Token>();
}

/// A source without a service.
class FakeSource implements TokenSource {
  final List<FakeWatch> watches = <FakeWatch>[];
  final List<FakeRenewal> renewals = <FakeRenewal>[];

  /// Revoked or not, for each sign-out.
  final List<bool> signOuts = <bool>[];
  LayermintException? signOutError;

  @override
  Subscription watch(
    TokenRequest request, {
    required void Function(Token token) onToken,
    void Function(LayermintException error)? onError,
    CancelToken? cancel,
  }) {
    final watch = FakeWatch(request, onToken, onError);
    watches.add(watch);
    return watch;
  }

  @override
  Future<Token> renew(
    TokenRequest request, {
    CancelToken? cancel,
    String? refused,
  }) {
    final renewal = FakeRenewal(refused);
    renewals.add(renewal);
    return renewal.answer.future;
  }

  @override
  Future<SignOutResult> signOut({
    bool revokeTokens = true,
    CancelToken? cancel,
  }) async {
    signOuts.add(revokeTokens);
    final error = signOutError;
    if (error != null) throw error;
    return const SignOutResult();
  }

  @override
  Object? noSuchMethod(Invocation invocation) => super.noSuchMethod(invocation);
}

/// An SDK that draws the token's jwt, and keeps the slot of each view.
class FakeSdk implements InstantSdk {
  FakeSdk({this.reportsFailedAuthentication = true});

  @override
  final bool reportsFailedAuthentication;

  /// The slots of all views, without repetitions of the same view.
  final List<InstantSlot> slots = <InstantSlot>[];

  InstantSlot get last => slots.last;

  @override
  Widget build(BuildContext context, InstantSlot slot) {
    if (slots.isEmpty || slots.last.key != slot.key) slots.add(slot);
    return Text(
      'document with ${slot.jwt}',
      key: slot.key,
      textDirection: TextDirection.ltr,
    );
  }
}

/// Keeps the address of each server, once its documents were removed.
class FakeLocalDocuments implements LocalDocuments {
  FakeLocalDocuments({this.error, this.failing});

  final LocalDocumentsException? error;

  /// The server for which [error] is thrown. Null: for all.
  final String? failing;
  final List<String> removed = <String>[];

  @override
  Future<void> removeAll(String serverUrl) async {
    final error = this.error;
    if (error != null && (failing ?? serverUrl) == serverUrl) throw error;
    removed.add(serverUrl);
  }
}
