import 'dart:async';

import 'api_types.dart';
import 'cancel_token.dart';
import 'errors.dart';
import 'server_time.dart';
import 'source_types.dart';

/// Makes the API's answer to a request. Its `jwt` is not a real one.
///
/// [now] is the server's time, by default 2026-01-31 12:00 UTC. The token is to be renewed after four fifths of its [life].
Token exampleToken(
  TokenRequest request, {
  String? jwt,
  String userId = 'alice',
  List<String>? permissions,
  DateTime? now,
  Duration life = const Duration(hours: 1),
}) {
  final DateTime issuedAt = now ?? DateTime.utc(2026, DateTime.january, 31, 12);
  final String documentId = request.documentId;
  final bool isPrivate = request.privateLayer ?? false;
  return Token(
    jwt: jwt ?? 'token-for-$documentId',
    documentId: documentId,
    layer: request.layer ?? (isPrivate ? 'user:$userId' : ''),
    userId: userId,
    permissions:
        permissions ??
        request.permissions ??
        const <String>['read-document', 'write'],
    issuedAt: issuedAt,
    expiresAt: issuedAt.add(life),
    refreshAt: issuedAt.add(life * 0.8),
    serverUrl: 'https://documents.example.com',
    documentUrl: 'https://documents.example.com/api/1/documents/$documentId',
  );
}

/// Lets all work finish that is ready: microtasks, and timers without a wait.
Future<void> settle() async {
  for (int turn = 0; turn < 20; turn += 1) {
    await Future<void>(() {});
  }
}

/// A clock that stands still until a test moves it.
///
/// ```dart
/// final ManualClock clock = ManualClock();
/// final TokenSource source = TokenSource(api: api, callerToken: callerToken, clock: clock, httpClient: client);
/// await clock.advance(const Duration(minutes: 48));
/// ```
final class ManualClock implements Clock {
  /// [start] is the wall clock's first time; by default 2026-01-31 12:00 UTC. The monotonic clock begins at 0.
  ManualClock({DateTime? start})
    : _wall =
          (start ?? DateTime.utc(2026, DateTime.january, 31, 12))
              .millisecondsSinceEpoch;

  int _wall;
  int _monotonic = 0;
  final List<_ManualTimer> _timers = <_ManualTimer>[];

  /// The number of timers that run.
  int get timers => _timers.length;

  @override
  int now() => _wall;

  @override
  int monotonic() => _monotonic;

  /// Takes no wait, and a longer one than 2^31-1 ms, as browsers do: as one of 1 ms.
  @override
  void Function() setTimeout(void Function() run, int milliseconds) {
    final int wait =
        milliseconds < 1 || milliseconds > 0x7fffffff ? 1 : milliseconds;
    final _ManualTimer timer = _ManualTimer(_monotonic + wait, run);
    _timers.add(timer);
    return () {
      _timers.remove(timer);
    };
  }

  /// Moves both clocks, and fires the timers that are due meanwhile in the order of their times. After each it lets the work that
  /// is ready finish.
  Future<void> advance(Duration duration) async {
    final int end = _monotonic + duration.inMilliseconds;
    await settle();
    for (
      _ManualTimer? timer = _nextUntil(end);
      timer != null;
      timer = _nextUntil(end)
    ) {
      _timers.remove(timer);
      _move(timer.at - _monotonic);
      timer.run();
      await settle();
    }
    _move(end - _monotonic);
    await settle();
  }

  /// Moves the wall clock alone: a device that sleeps, or a user who sets the clock. [duration] can be negative.
  Future<void> jump(Duration duration) async {
    _wall += duration.inMilliseconds;
    await settle();
  }

  void _move(int milliseconds) {
    _wall += milliseconds;
    _monotonic += milliseconds;
  }

  /// Finds the first timer that is due at a time of the monotonic clock. Of two that are due together it is the older one.
  _ManualTimer? _nextUntil(int end) {
    _ManualTimer? next;
    for (final _ManualTimer timer in _timers) {
      if (timer.at <= end && (next == null || timer.at < next.at)) {
        next = timer;
      }
    }
    return next;
  }
}

final class _ManualTimer {
  _ManualTimer(this.at, this.run);

  final int at;
  final void Function() run;
}

/// A source that asks no service.
///
/// ```dart
/// final LiteralSource source = LiteralSource();
/// final LiteralSource failing = LiteralSource(
///   (TokenRequest request) => throw const NoAccessException('No access.'),
/// );
/// ```
final class LiteralSource implements TokenSource {
  /// [give] returns the token of a request, or throws a [LayermintException]. By default it is [exampleToken].
  LiteralSource([Token Function(TokenRequest request)? give])
    : _give = give ?? exampleToken;

  final Token Function(TokenRequest request) _give;
  final Set<void Function()> _watches = <void Function()>{};
  LayermintException? _over;

  /// Gives each open watch its next token or error, as a renewal does.
  void renewWatches() {
    for (final void Function() tell in _watches.toList()) {
      tell();
    }
  }

  @override
  Future<Token> token(
    TokenRequest request, {
    CancelToken? cancel,
    Duration? atLeast,
  }) async => _outcome(request);

  @override
  Future<Token> renew(
    TokenRequest request, {
    CancelToken? cancel,
    String? refused,
  }) async => _outcome(request);

  @override
  Subscription watch(
    TokenRequest request, {
    required void Function(Token token) onToken,
    void Function(LayermintException error)? onError,
    CancelToken? cancel,
  }) {
    final _LiteralSubscription subscription = _LiteralSubscription(_watches);
    if (cancel != null && cancel.isCancelled) {
      return subscription;
    }
    void tell() {
      if (!_watches.contains(subscription.tell)) {
        return;
      }
      try {
        onToken(_outcome(request));
      } on LayermintException catch (error) {
        if (error.isFinal) {
          subscription.close();
        }
        onError?.call(error);
      }
    }

    subscription.tell = tell;
    _watches.add(tell);
    scheduleMicrotask(tell);
    cancel?.onCancel(subscription.close);
    return subscription;
  }

  @override
  Future<List<BatchResult>> batch(
    List<TokenRequest> requests, {
    CancelToken? cancel,
  }) async => <BatchResult>[
    for (final TokenRequest request in requests) _resultOf(request),
  ];

  @override
  Future<SignOutResult> signOut({
    bool revokeTokens = true,
    CancelToken? cancel,
  }) async {
    _end(const SignedOutException('The token source is signed out.'));
    return const SignOutResult();
  }

  @override
  void close() {
    _end(const ClosedException('The token source is closed.'));
  }

  Token _outcome(TokenRequest request) {
    final LayermintException? over = _over;
    if (over != null) {
      throw over;
    }
    return _give(request);
  }

  BatchResult _resultOf(TokenRequest request) {
    try {
      return BatchToken(_outcome(request));
    } on LayermintException catch (error) {
      return BatchFailure(error);
    }
  }

  void _end(LayermintException error) {
    _over = error;
    renewWatches();
  }
}

final class _LiteralSubscription implements Subscription {
  _LiteralSubscription(this._watches);

  final Set<void Function()> _watches;

  /// Tells the watch of its next token or error.
  void Function() tell = _nothing;

  @override
  void close() {
    _watches.remove(tell);
  }
}

void _nothing() {}
