import 'package:flutter_test/flutter_test.dart';
import 'package:layermint/layermint.dart';
import 'package:layermint_flutter/src/document_session.dart';
import 'package:layermint_flutter/src/view_state.dart';

import 'support/fakes.dart';

void main() {
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
