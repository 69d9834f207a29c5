import 'package:http/http.dart' as http;

import 'api_types.dart';
import 'cancel_token.dart';
import 'connectivity.dart';
import 'errors.dart';
import 'server_time.dart';
import 'token_source.dart';

/// The result of one request of a batch: [BatchToken] or [BatchFailure].
sealed class BatchResult {
  const BatchResult();
}

/// A request of a batch that has a token.
final class BatchToken extends BatchResult {
  const BatchToken(this.token);

  /// The token, held or new.
  final Token token;
}

/// A request of a batch that failed. The others are not affected.
final class BatchFailure extends BatchResult {
  const BatchFailure(this.error);

  /// The reason.
  final LayermintException error;
}

/// The result of `signOut`.
final class SignOutResult {
  const SignOutResult({this.revocation});

  /// The progress of the revocation. Absent with `revokeTokens: false`.
  final Revocation? revocation;
}

/// Gives the user's access token from your identity provider, without "Bearer ".
///
/// It is called before each request, so let your OIDC library hold the token. With `renew`, the service has refused the last one:
/// get a new one from the provider. At most one call runs at a time.
typedef GetCallerToken = Future<String> Function({required bool renew});

/// A running watch.
abstract interface class Subscription {
  /// Ends the watch. Its listeners are not called again.
  void close();
}

/// A source of tokens for one user, which renews them.
///
/// Every failure is a [LayermintException]. Implement this interface for a fake of your own, or use `LiteralSource` of
/// `package:layermint/testing.dart`.
abstract interface class TokenSource {
  /// Creates a source.
  ///
  /// * [api]: the API's base URL, with a path if it has one. HTTPS; HTTP for localhost and private addresses, in development.
  /// * [user] gives any stable text for the user that is signed in. If it changes, held tokens are dropped and watches end.
  /// * [onEvent]: hook for logs and metrics. An error that it throws is ignored.
  /// * [connectivity] tells about the network and the life of the app.
  /// * [maxWait]: the longest wait of one call.
  /// * [requestTimeout]: the longest wait for one HTTP answer.
  /// * [maxHeldTokens]: the most tokens to hold. Watched ones are held beyond it.
  /// * [httpClient]: your own client, which the source does not close. Without one, it creates a client and closes it.
  /// * [clock] and [random] replace the device's clocks and `Random.nextDouble`, for tests.
  ///
  /// Throws an [InvalidRequestException] if [api] is not such a URL.
  factory TokenSource({
    required Uri api,
    required GetCallerToken callerToken,
    String? Function()? user,
    void Function(SourceEvent event)? onEvent,
    Connectivity? connectivity,
    Duration maxWait = const Duration(seconds: 25),
    Duration requestTimeout = const Duration(seconds: 10),
    int maxHeldTokens = 1000,
    http.Client? httpClient,
    Clock? clock,
    double Function()? random,
  }) => createTokenSource(
    api: api,
    callerToken: callerToken,
    user: user,
    onEvent: onEvent,
    connectivity: connectivity,
    maxWait: maxWait,
    requestTimeout: requestTimeout,
    maxHeldTokens: maxHeldTokens,
    httpClient: httpClient,
    clock: clock,
    random: random,
  );

  /// Completes with a live token: a held one, or a new one.
  ///
  /// A token that is due for renewal but lives for [atLeast] (30 seconds by default) is served at once, and renewed in the
  /// background. If its renewal fails, a token with less time left is still served, unless [atLeast] is set.
  Future<Token> token(
    TokenRequest request, {
    CancelToken? cancel,
    Duration? atLeast,
  });

  /// Completes with another token than the one that Document Engine refused: one minted since, that of a renewal that runs, or a
  /// new one. [refused] is the refused `jwt`; the held one by default.
  Future<Token> renew(
    TokenRequest request, {
    CancelToken? cancel,
    String? refused,
  });

  /// Calls [onToken] with a token, and with a new one at each renewal, until the watch is closed or [cancel] is cancelled. It is
  /// always called asynchronously.
  ///
  /// [onError] is called with each failure. If its `isFinal`, the watch has ended; otherwise it tries again by itself.
  Subscription watch(
    TokenRequest request, {
    required void Function(Token token) onToken,
    void Function(LayermintException error)? onError,
    CancelToken? cancel,
  });

  /// Completes with a result for each request, in their order. Held tokens are used; the rest is asked for a hundred at a time.
  Future<List<BatchResult>> batch(
    List<TokenRequest> requests, {
    CancelToken? cancel,
  });

  /// Drops everything held, ends all calls and watches, and revokes the user's tokens.
  ///
  /// That ends the user's open documents on ALL their devices; pass `revokeTokens: false` to sign out here alone. If the request
  /// fails, the source stays signed out, and you can call [signOut] again.
  Future<SignOutResult> signOut({
    bool revokeTokens = true,
    CancelToken? cancel,
  });

  /// Ends all calls, watches, timers and requests, without revoking a token.
  void close();
}

/// An event for logs and metrics. It holds no token, key or request body.
final class SourceEvent {
  const SourceEvent({
    required this.type,
    this.documentId,
    this.layer,
    this.status,
    this.code,
    this.wait,
    this.count,
    this.requestId,
  });

  /// The kind of the event.
  final SourceEventType type;

  /// The document, if the event is about one.
  final String? documentId;

  /// The layer, if the event is about one.
  final String? layer;

  /// The HTTP status of an answer.
  final int? status;

  /// The code of the failure.
  final String? code;

  /// The wait that begins with the event.
  final Duration? wait;

  /// The number of documents that a request asks for.
  final int? count;

  /// The service's id of the request, which finds it in its log.
  final String? requestId;

  /// The members as the TypeScript client names them. Absent ones are left out.
  Map<String, Object?> toJson() {
    final Duration? wait = this.wait;
    return <String, Object?>{
      'type': type.text,
      if (documentId != null) 'documentId': documentId,
      if (layer != null) 'layer': layer,
      if (status != null) 'status': status,
      if (code != null) 'code': code,
      if (wait != null) 'waitMs': wait.inMilliseconds,
      if (count != null) 'count': count,
      if (requestId != null) 'requestId': requestId,
    };
  }
}

/// The kinds of a [SourceEvent].
enum SourceEventType {
  /// A request is sent; `count` documents are asked for.
  request('request'),

  /// A token has arrived; its renewal is due after `wait`.
  minted('minted'),

  /// A call was served with a held token.
  servedHeld('served-held'),

  /// Nothing is sent for `wait`, after a failure with `code` and `status`.
  retryPlanned('retry-planned'),

  /// The service refused the caller token, and `callerToken` gave a new one.
  callerTokenRenewed('caller-token-renewed'),

  /// An attempt for a document failed with `code`.
  failed('failed'),

  /// A listener of a watch threw an error.
  listenerFailed('listener-failed'),

  /// The user has changed. Everything held was dropped.
  userChanged('user-changed'),

  /// `signOut` was called.
  signedOut('signed-out'),

  /// `close` was called.
  closed('closed');

  const SourceEventType(this.text);

  /// The kind as the TypeScript client names it.
  final String text;
}

/// Passes an event to the hook, with the document and layer of [request] or [token] if it is about one.
typedef Report =
    void Function(
      SourceEventType type, {
      TokenRequest? request,
      Token? token,
      int? status,
      String? code,
      int? waitMs,
      int? count,
      String? requestId,
    });
