import 'dart:async';
import 'dart:convert';

import 'package:http/http.dart' as http;
import 'package:http/testing.dart';
import 'package:layermint/layermint.dart';
import 'package:layermint/testing.dart';
import 'package:test/test.dart';

/// The scenarios cover the behaviour that all clients share. These tests cover what only Dart has.
void main() {
  const TokenRequest request = TokenRequest(documentId: 'contract');
  late ManualClock clock;
  late int requests;
  late List<SourceEvent> events;

  setUp(() {
    clock = ManualClock();
    requests = 0;
    events = <SourceEvent>[];
  });

  TokenSource sourceWith(
    Future<http.Response> Function(http.Request request) answer,
  ) => TokenSource(
    api: Uri.parse('https://api.example.com'),
    callerToken: ({required bool renew}) async => 'caller-1',
    clock: clock,
    random: () => 0.0,
    onEvent: events.add,
    httpClient: MockClient((http.Request sent) {
      requests += 1;
      return answer(sent);
    }),
  );

  Future<http.Response> minted(http.Request sent) async =>
      http.Response(jsonEncode(exampleToken(request).toJson()), 201);

  test('A source mints a token and holds it', () async {
    final TokenSource source = sourceWith(minted);
    final Token first = await source.token(request);
    final Token second = await source.token(request);
    expect(first.jwt, 'token-for-contract');
    expect(second, same(first));
    expect(requests, 1);
    source.close();
    expect(clock.timers, 0);
  });

  test('No failure reaches the zone as an unhandled error', () async {
    final List<Object> unhandled = <Object>[];
    final List<Object> failures = <Object>[];
    final Completer<void> done = Completer<void>();
    Future<void> play() async {
      final TokenSource source = sourceWith(
        (http.Request sent) async => throw http.ClientException('No route'),
      );
      final CancelToken cancel = CancelToken();
      unawaited(
        source
            .token(request, cancel: cancel)
            .then<void>((Token _) {}, onError: failures.add),
      );
      source.watch(request, onToken: (Token _) {});
      await clock.advance(const Duration(seconds: 20));
      cancel.cancel('left');
      await settle();
      source.close();
      await settle();
      done.complete();
    }

    runZonedGuarded<void>(
      () => unawaited(play()),
      (Object error, StackTrace stack) => unhandled.add(error),
    );
    await done.future;
    expect(unhandled, isEmpty);
    expect(failures, <Matcher>[
      isA<AbortedException>().having(
        (AbortedException error) => error.cause,
        'cause',
        'left',
      ),
    ]);
  });

  test('A listener that throws does not stop the renewal', () async {
    final TokenSource source = sourceWith(minted);
    source.watch(request, onToken: (Token _) => throw StateError('oops'));
    await clock.advance(const Duration(minutes: 48));
    expect(requests, 2);
    expect(
      events.map((SourceEvent event) => event.type),
      contains(SourceEventType.listenerFailed),
    );
    source.close();
  });

  test('A listener that throws is reported after close too', () async {
    final TokenSource source = sourceWith(minted)..close();
    source.watch(
      request,
      onToken: (Token _) {},
      onError: (LayermintException _) => throw StateError('oops'),
    );
    await settle();
    expect(events.last.type, SourceEventType.listenerFailed);
  });

  test('A client that the app passes stays open', () async {
    final TokenSource source = sourceWith(minted);
    await source.token(request);
    source.close();
    await expectLater(source.token(request), throwsA(isA<ClosedException>()));
  });

  test('A fake source gives tokens and errors to its watches', () async {
    final LiteralSource source = LiteralSource();
    final List<Object> notified = <Object>[];
    source.watch(request, onToken: notified.add, onError: notified.add);
    await settle();
    source.renewWatches();
    source.close();
    source.renewWatches();
    expect(notified, <Matcher>[
      isA<Token>(),
      isA<Token>(),
      isA<ClosedException>(),
    ]);
  });

  test('A watch of a fake source ends silently with its CancelToken', () async {
    final LiteralSource source = LiteralSource();
    final List<Object> notified = <Object>[];
    final CancelToken before = CancelToken()..cancel();
    source.watch(request, onToken: notified.add, cancel: before);
    final CancelToken later = CancelToken();
    source.watch(request, onToken: notified.add, cancel: later);
    later.cancel();
    await settle();
    source.renewWatches();
    expect(notified, isEmpty);
  });
}
