import 'dart:async';
import 'dart:convert';

import 'package:layermint/layermint.dart';
import 'package:layermint/testing.dart';
import 'package:test/test.dart';

import 'fake_connectivity.dart';
import 'fake_identity_provider.dart';
import 'fake_server.dart';
import 'json.dart';
import 'server_answers.dart';

/// A call of the app, and its outcome.
final class _Call {
  final CancelToken cancel = CancelToken();

  /// A [Token], a list of [BatchResult], a [SignOutResult] or an error; null while the call runs.
  Object? outcome;

  /// True once a step has taken the outcome.
  bool isTaken = false;
}

/// A watch of the app, and the notifications that no step has taken.
final class _Watch {
  final CancelToken cancel = CancelToken();
  final List<Object> notifications = <Object>[];
  Subscription? subscription;
}

/// Plays one scenario against a token source whose surroundings are all fakes.
final class ScenarioRunner {
  ScenarioRunner(this.scenario);

  /// The file's JSON.
  final Map<String, Object?> scenario;

  final FakeServer _server = FakeServer();
  final FakeIdentityProvider _provider = FakeIdentityProvider();
  final Map<String, SentRequest> _requests = <String, SentRequest>{};
  final Map<String, _Call> _calls = <String, _Call>{};
  final Map<String, _Watch> _watches = <String, _Watch>{};
  final List<Map<String, Object?>> _events = <Map<String, Object?>>[];
  late final Map<String, Object?> _options = objectOf(
    scenario['source'] ?? <String, Object?>{},
  );
  late final FakeConnectivity _connectivity = FakeConnectivity(
    isOnline: _options['offline'] != true,
  );
  late final ManualClock _clock = ManualClock(
    start: DateTime.utc(2026, DateTime.january, 31, 12).add(_ahead),
  );

  /// How far the device's wall clock is ahead of the server's.
  late Duration _ahead = _milliseconds(_options['deviceClockMs'] ?? 0);
  late String? _user = _options['user'] as String?;
  late final TokenSource _source;

  /// Plays all steps. Fails with the number and the text of the step that does not hold.
  Future<void> run() async {
    _source = _createSource();
    final List<Map<String, Object?>> steps = objectsOf(scenario['steps']);
    for (int at = 0; at < steps.length; at += 1) {
      try {
        await _play(steps[at]);
        await settle();
      } on Object catch (error, stack) {
        Error.throwWithStackTrace(
          TestFailure('Step ${at + 1}, ${jsonEncode(steps[at])}: $error'),
          stack,
        );
      }
    }
    await _end();
  }

  TokenSource _createSource() {
    final List<double> random = <double>[
      for (final Object? number
          in _options['random'] as List<Object?>? ?? <Object?>[0])
        (number! as num).toDouble(),
    ];
    int drawn = 0;
    return TokenSource(
      api: Uri.parse(_options['api'] as String? ?? 'https://api.example.com'),
      callerToken: _provider.callerToken,
      user: _options.containsKey('user') ? () => _user : null,
      maxWait: _milliseconds(_options['maxWaitMs'] ?? 25000),
      requestTimeout: _milliseconds(_options['requestTimeoutMs'] ?? 10000),
      connectivity: _connectivity,
      clock: _clock,
      httpClient: _server.client,
      random: () {
        final double number = random[drawn % random.length];
        drawn += 1;
        return number;
      },
      onEvent: (SourceEvent event) => _events.add(event.toJson()),
    );
  }

  Future<void> _play(Map<String, Object?> step) async {
    switch (step) {
      case {'call': final String method}:
        _call(method, step);
      case {'abort': final String name}:
        _cancelOf(name).cancel('the person has left');
      case {'closeWatch': final String name}:
        _watches[name]!.subscription!.close();
      case {'event': final String name}:
        _connectivity.tell(ConnectivityEvent.values.byName(name));
      case {'user': final String name}:
        _user = name;
      case {'advanceMs': final int milliseconds}:
        await _clock.advance(Duration(milliseconds: milliseconds));
      case {'sleepMs': final int milliseconds}:
        await _clock.jump(Duration(milliseconds: milliseconds));
      case {'setDeviceClockMs': final int milliseconds}:
        _ahead += Duration(milliseconds: milliseconds);
        await _clock.jump(Duration(milliseconds: milliseconds));
      case {'callerToken': final Object? answer}:
        _setCallerToken(objectOf(answer));
      case {'expectCallerToken': final Object? wanted}:
        _expectCallerToken(objectOf(wanted), step);
      case {'expectNoCallerToken': true}:
        expect(_provider.queue, isEmpty, reason: 'callerToken was called');
      case {'expectRequest': final Object? wanted}:
        _expectRequest(objectOf(wanted), step['as'] as String?);
      case {'expectRequests': final Object? wanted}:
        _expectRequests(objectsOf(wanted), step['as'] as List<Object?>?);
      case {'expectNoRequest': true}:
        expect(_server.queue, isEmpty, reason: 'a request was sent');
      case {'expectAborted': final String name}:
        expect(_requests[name]!.isAborted, isTrue, reason: '$name runs');
      case {'answer': final String name}:
        answerRequest(_requests[name]!, step, _serverNow());
      case {'networkError': final String name}:
        _requests[name]!.fail();
      default:
        await _expectOutcome(step);
    }
  }

  Future<void> _expectOutcome(Map<String, Object?> step) async {
    switch (step) {
      case {'expectPending': final String name}:
        expect(_calls[name]!.outcome, isNull, reason: '$name has an outcome');
      case {'expectToken': final String name}:
        _expectToken(_takeOutcome(name), step['token']);
      case {'expectError': final String name}:
        _expectError(_takeOutcome(name), step['error']);
      case {'expectResults': final String name}:
        _expectResults(_takeOutcome(name), objectsOf(step['results']));
      case {'expectSignedOut': final String name}:
        _expectSignedOut(_takeOutcome(name), step['result']);
      case {'expectNotified': final String name}:
        _expectNotified(name, step);
      case {'expectNotNotified': final String name}:
        expect(_watches[name]!.notifications, isEmpty);
      case {'expectEvents': final Object? wanted}:
        _expectEvents(objectsOf(wanted));
      default:
        fail('The Dart runner does not know this step.');
    }
  }

  CancelToken _cancelOf(String name) {
    final _Call? call = _calls[name];
    return call == null ? _watches[name]!.cancel : call.cancel;
  }

  void _call(String method, Map<String, Object?> step) {
    switch (method) {
      case 'token':
        _start(
          step,
          (CancelToken cancel) => _source.token(
            _requestOf(step['request']),
            cancel: cancel,
            atLeast:
                step.containsKey('atLeastMs')
                    ? _milliseconds(step['atLeastMs'])
                    : null,
          ),
        );
      case 'renew':
        _start(
          step,
          (CancelToken cancel) => _source.renew(
            _requestOf(step['request']),
            cancel: cancel,
            refused: step['refused'] as String?,
          ),
        );
      case 'batch':
        _start(
          step,
          (CancelToken cancel) => _source.batch(<TokenRequest>[
            for (final Map<String, Object?> request in objectsOf(
              step['requests'],
            ))
              _requestOf(request),
          ], cancel: cancel),
        );
      case 'signOut':
        _start(
          step,
          (CancelToken cancel) => _source.signOut(
            cancel: cancel,
            revokeTokens: step['revokeTokens'] as bool? ?? true,
          ),
        );
      case 'watch':
        _watch(step['as']! as String, _requestOf(step['request']));
      case 'close':
        _source.close();
      default:
        fail('The Dart runner does not know this call.');
    }
  }

  void _start(
    Map<String, Object?> step,
    Future<Object> Function(CancelToken cancel) run,
  ) {
    final _Call call = _Call();
    _calls[step['as']! as String] = call;
    unawaited(
      Future<Object>.sync(() => run(call.cancel)).then<void>(
        (Object value) {
          call.outcome = value;
        },
        onError: (Object error) {
          call.outcome = error;
        },
      ),
    );
  }

  void _watch(String name, TokenRequest request) {
    final _Watch watch = _Watch();
    _watches[name] = watch;
    watch.subscription = _source.watch(
      request,
      onToken: watch.notifications.add,
      onError: watch.notifications.add,
      cancel: watch.cancel,
    );
  }

  void _setCallerToken(Map<String, Object?> answer) {
    switch (answer) {
      case {'gives': final String text}:
        _provider.gives(text);
      case {'fails': final String message}:
        _provider.fails(message);
      case {'asks': true}:
        _provider.asks();
      default:
        fail('The Dart runner does not know this answer.');
    }
  }

  void _expectCallerToken(
    Map<String, Object?> wanted,
    Map<String, Object?> step,
  ) {
    expect(_provider.queue, isNotEmpty, reason: 'callerToken was not called');
    final CallerTokenCall call = _provider.queue.removeAt(0);
    expect(call.renew, wanted['renew'], reason: 'renew');
    final Object? gives = step['gives'];
    final Object? failure = step['fails'];
    if (gives is String) {
      _provider.gives(gives);
      call.answer.complete(gives);
    } else if (failure is String) {
      call.answer.completeError(Exception(failure));
    }
  }

  void _expectRequest(Map<String, Object?> wanted, String? name) {
    expect(_server.queue, isNotEmpty, reason: 'no request was sent');
    final SentRequest request = _server.queue.removeAt(0);
    expect(request.fits(wanted), isTrue, reason: 'sent: $request');
    if (name != null) {
      _requests[name] = request;
    }
  }

  void _expectRequests(
    List<Map<String, Object?>> wanted,
    List<Object?>? names,
  ) {
    expect(
      _server.queue.length,
      greaterThanOrEqualTo(wanted.length),
      reason: 'sent: ${_server.queue}',
    );
    final List<SentRequest> among = _server.queue.sublist(0, wanted.length);
    _server.queue.removeRange(0, wanted.length);
    for (int at = 0; at < wanted.length; at += 1) {
      final int found = among.indexWhere(
        (SentRequest request) => request.fits(wanted[at]),
      );
      expect(
        found,
        isNonNegative,
        reason: '${jsonEncode(wanted[at])} is not among $among',
      );
      final SentRequest request = among.removeAt(found);
      final Object? name = names?[at];
      if (name is String) {
        _requests[name] = request;
      }
    }
  }

  Object _takeOutcome(String name) {
    final _Call call = _calls[name]!;
    final Object? outcome = call.outcome;
    if (outcome == null) {
      fail('$name has no outcome yet');
    }
    expect(call.isTaken, isFalse, reason: 'the outcome of $name was taken');
    call.isTaken = true;
    return outcome;
  }

  void _expectToken(Object outcome, Object? wanted) {
    if (outcome is! Token) {
      fail('no token: $outcome');
    }
    expect(
      hasMembers(outcome.toJson(), objectOf(wanted ?? <String, Object?>{})),
      isTrue,
      reason: 'is ${outcome.toJson()}',
    );
  }

  void _expectError(Object outcome, Object? wanted) {
    if (outcome is! LayermintException) {
      fail('no error: $outcome');
    }
    final Map<String, Object?> members = _errorMembers(outcome);
    expect(
      hasMembers(members, objectOf(wanted)),
      isTrue,
      reason: 'is $members, $outcome',
    );
  }

  void _expectResults(Object outcome, List<Map<String, Object?>> wanted) {
    if (outcome is! List<BatchResult>) {
      fail('no results: $outcome');
    }
    expect(outcome, hasLength(wanted.length));
    for (int at = 0; at < wanted.length; at += 1) {
      switch (outcome[at]) {
        case BatchToken(:final Token token):
          expect(wanted[at].containsKey('token'), isTrue, reason: '$token');
          _expectToken(token, wanted[at]['token']);
        case BatchFailure(:final LayermintException error):
          expect(wanted[at].containsKey('error'), isTrue, reason: '$error');
          _expectError(error, wanted[at]['error']);
      }
    }
  }

  void _expectSignedOut(Object outcome, Object? wanted) {
    if (outcome is! SignOutResult) {
      fail('not signed out: $outcome');
    }
    final Map<String, Object?> members = <String, Object?>{
      'revocation': outcome.revocation?.toJson(),
    };
    expect(
      hasMembers(members, objectOf(wanted ?? <String, Object?>{})),
      isTrue,
      reason: 'is $members',
    );
  }

  void _expectNotified(String name, Map<String, Object?> step) {
    final List<Object> notifications = _watches[name]!.notifications;
    expect(notifications, isNotEmpty, reason: '$name was not notified');
    final Object notification = notifications.removeAt(0);
    if (step.containsKey('token')) {
      _expectToken(notification, step['token']);
    } else {
      _expectError(notification, step['error']);
    }
  }

  void _expectEvents(List<Map<String, Object?>> wanted) {
    int at = 0;
    for (final Map<String, Object?> event in _events) {
      if (at < wanted.length && hasMembers(event, wanted[at])) {
        at += 1;
      }
    }
    expect(at, wanted.length, reason: 'were $_events');
    _events.clear();
  }

  /// Fails if anything is left, before or after the source is closed.
  Future<void> _end() async {
    await settle();
    _calls.forEach((String name, _Call call) {
      expect(call.isTaken, isTrue, reason: 'nothing took the outcome of $name');
    });
    _watches.forEach((String name, _Watch watch) {
      expect(watch.notifications, isEmpty, reason: 'notifications of $name');
    });
    expect(_server.queue, isEmpty, reason: 'requests');
    expect(_provider.queue, isEmpty, reason: 'calls of callerToken');
    _source.close();
    await settle();
    expect(_clock.timers, 0, reason: 'timers after close');
    expect(_connectivity.listeners, 0, reason: 'listeners after close');
    for (final SentRequest request in _server.sent) {
      expect(request.isDone, isTrue, reason: 'runs after close: $request');
    }
  }

  DateTime _serverNow() => DateTime.fromMillisecondsSinceEpoch(
    _clock.now(),
    isUtc: true,
  ).subtract(_ahead);
}

Duration _milliseconds(Object? number) =>
    Duration(milliseconds: number! as int);

TokenRequest _requestOf(Object? json) {
  final Map<String, Object?> members = objectOf(json);
  return TokenRequest(
    documentId: members['documentId']! as String,
    layer: members['layer'] as String?,
    privateLayer: members['privateLayer'] as bool?,
    permissions: (members['permissions'] as List<Object?>?)?.cast<String>(),
    ttlSeconds: members['ttlSeconds'] as int?,
    defaultGroup: members['defaultGroup'] as String?,
  );
}

/// The members of an error as the TypeScript client names them.
Map<String, Object?> _errorMembers(LayermintException error) =>
    <String, Object?>{
      'code': error.code,
      'status': error.status,
      'retryAfterMs': error.retryAfter?.inMilliseconds,
      'final': error.isFinal,
      'problem': error.problem?.toJson(),
    };
