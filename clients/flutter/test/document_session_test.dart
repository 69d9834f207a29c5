import 'package:flutter/foundation.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:layermint/layermint.dart';
import 'package:layermint_flutter/src/document_session.dart';
import 'package:layermint_flutter/src/view_state.dart';

import 'support/fakes.dart';

void main() {
  test(
    'an app whose functions throw neither loses a document nor keeps one after its access has ended',
    () {
      final former = FlutterError.onError;
      final reported = <FlutterErrorDetails>[];
      FlutterError.onError = reported.add;
      addTearDown(() => FlutterError.onError = former);
      final source = FakeSource();
      final session = DocumentSession(
        source: source,
        request: const TokenRequest(documentId: 'doc-1'),
        sdkReportsExpiry: true,
        onToken: (token) => throw StateError('A fault of the app.'),
        onError: (error) => throw StateError('A fault of the app.'),
      );
      addTearDown(session.dispose);

      source.watches.single.onToken(tokenOf('t1'));
      expect(session.state, isA<ViewReady>());

      source.watches.single.fail(const NoAccessException('Revoked.'));
      expect(session.state, isA<ViewRefused>());
      expect(reported, hasLength(2));
    },
  );

  // A device sleeps: its clock moves, the timers of the app do not.
  group('after the device slept', () {
    late FakeSource source;
    late DateTime now;
    late DocumentSession session;

    setUp(() {
      source = FakeSource();
      now = DateTime(2026, 3, 1, 9);
      session = DocumentSession(
        source: source,
        request: const TokenRequest(documentId: 'doc-1'),
        sdkReportsExpiry: false,
        now: () => now,
      );
      source.watches.single.onToken(tokenOf('t1'));
    });
    tearDown(() => session.dispose());

    String shown() => switch (session.state) {
      ViewReady(:final token) => token.jwt,
      _ => 'none',
    };

    test('an expired token is replaced at once', () {
      now = now.add(const Duration(minutes: 45));
      source.watches.single.onToken(tokenOf('t2'));
      expect(shown(), 't1');

      now = now.add(const Duration(hours: 8));
      session.resumed();
      expect(shown(), 't2');
    });

    test('a token that still lives is kept', () {
      now = now.add(const Duration(minutes: 45));
      source.watches.single.onToken(tokenOf('t2'));
      now = now.add(const Duration(minutes: 5));
      session.resumed();
      expect(shown(), 't1');
    });

    test(
      'a token that comes after the end of the one in use is taken at once',
      () {
        now = now.add(const Duration(hours: 8));
        source.watches.single.onToken(tokenOf('t2'));
        expect(shown(), 't2');
      },
    );

    test('a clock that was set back does not keep an expired token in use', () {
      now = now.subtract(const Duration(days: 1));
      source.watches.single.onToken(tokenOf('t2'));
      now = now.add(const Duration(minutes: 15));
      session.resumed();
      expect(shown(), 't2');
    });
  });
}
