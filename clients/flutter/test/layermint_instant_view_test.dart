import 'package:flutter/widgets.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:layermint/layermint.dart';
import 'package:layermint_flutter/layermint_flutter.dart';

import 'support/fakes.dart';

void main() {
  late FakeSource source;
  late FakeSdk sdk;
  late List<LayermintException> errors;
  late List<String> given;
  LayermintViewState? drawn;
  VoidCallback? retry;

  setUp(() {
    source = FakeSource();
    sdk = FakeSdk();
    errors = <LayermintException>[];
    given = <String>[];
    drawn = null;
    retry = null;
  });

  Widget view({String documentId = 'doc-1', String? layer, String? user}) =>
      LayermintInstantView(
        source: source,
        documentId: documentId,
        layer: layer,
        user: user,
        sdk: sdk,
        onToken: (token) => given.add(token.jwt),
        onError: errors.add,
        builder: (context, state, again) {
          drawn = state;
          retry = again;
          return const SizedBox.shrink();
        },
      );

  /// Mounts the widget and gives it its first token.
  Future<void> open(WidgetTester tester) async {
    await tester.pumpWidget(view());
    source.watches.single.onToken(tokenOf('t1'));
    await tester.pump(Duration.zero);
  }

  group('opening', () {
    testWidgets('waits, then gives the SDK the base URL and the token', (
      tester,
    ) async {
      await tester.pumpWidget(view());
      expect(drawn, isA<ViewWaiting>());
      expect(source.watches.single.request.documentId, 'doc-1');

      source.watches.single.onToken(tokenOf('t1'));
      await tester.pump(Duration.zero);
      expect(find.text('document with t1'), findsOneWidget);
      expect(sdk.last.serverUrl, 'https://de.example.com');
      expect(given, <String>['t1']);
    });

    testWidgets('says that the device is offline, and opens once it is not', (
      tester,
    ) async {
      await tester.pumpWidget(view());
      source.watches.single.fail(const OfflineException('Offline.'));
      await tester.pump(Duration.zero);
      expect(drawn, isA<ViewOffline>());

      source.watches.single.onToken(tokenOf('t1'));
      await tester.pump(Duration.zero);
      expect(find.text('document with t1'), findsOneWidget);
    });

    testWidgets('tells a failure that is tried again, and keeps waiting', (
      tester,
    ) async {
      await tester.pumpWidget(view());
      source.watches.single.fail(const UnavailableException('Busy.'));
      await tester.pump(Duration.zero);
      expect(
        drawn,
        isA<ViewWaiting>().having(
          (state) => state.error,
          'error',
          isA<UnavailableException>(),
        ),
      );
      expect(errors, hasLength(1));
    });

    testWidgets('shows a refusal with its typed error, and ends the watch', (
      tester,
    ) async {
      await tester.pumpWidget(view());
      source.watches.single.fail(const NoAccessException('No grant.'));
      await tester.pump(Duration.zero);
      expect(
        drawn,
        isA<ViewRefused>().having(
          (state) => state.error,
          'error',
          isA<NoAccessException>(),
        ),
      );
      expect(source.watches.single.isClosed, isTrue);
    });

    testWidgets('starts again on retry', (tester) async {
      await tester.pumpWidget(view());
      source.watches.single.fail(const NoAccessException('No grant.'));
      await tester.pump(Duration.zero);
      retry!();
      await tester.pump(Duration.zero);
      expect(drawn, isA<ViewWaiting>());
      source.watches.last.onToken(tokenOf('t1'));
      await tester.pump(Duration.zero);
      expect(find.text('document with t1'), findsOneWidget);
    });
  });

  group('renewal', () {
    testWidgets('keeps the view while the SDK needs no new token', (
      tester,
    ) async {
      await open(tester);
      source.watches.single.onToken(tokenOf('t2'));
      await tester.pump(const Duration(hours: 2));
      expect(sdk.slots, hasLength(1));
    });

    testWidgets(
      'builds a new view with a newer token after the SDK was refused',
      (tester) async {
        await open(tester);
        sdk.last.onAuthenticationFailed();
        expect(source.renewals.single.refused, 't1');

        source.renewals.single.answer.complete(tokenOf('t2'));
        await tester.pump(Duration.zero);
        expect(find.text('document with t2'), findsOneWidget);
        expect(sdk.slots, hasLength(2));
      },
    );

    testWidgets('takes the token that the watch already has', (tester) async {
      await open(tester);
      source.watches.single.onToken(tokenOf('t2'));
      sdk.last.onAuthenticationFailed();
      await tester.pump(Duration.zero);
      expect(source.renewals, isEmpty);
      expect(find.text('document with t2'), findsOneWidget);
    });

    testWidgets('asks once however often the SDK reports the same token', (
      tester,
    ) async {
      await open(tester);
      sdk.last.onAuthenticationFailed();
      sdk.last.onAuthenticationFailed();
      expect(source.renewals, hasLength(1));
      source.renewals.single.answer.complete(tokenOf('t2'));
      await tester.pump(Duration.zero);

      sdk.slots.first.onAuthenticationFailed();
      expect(source.renewals, hasLength(1));
    });

    testWidgets('keeps the document on the screen through an outage', (
      tester,
    ) async {
      await open(tester);
      sdk.last.onAuthenticationFailed();
      source.renewals.single.answer.completeError(
        const UnreachableException('No network.'),
      );
      await tester.pump(Duration.zero);
      expect(find.text('document with t1'), findsOneWidget);

      await tester.pump(const Duration(seconds: 30));
      expect(source.renewals, hasLength(2));
      source.renewals.last.answer.complete(tokenOf('t2'));
      await tester.pump(Duration.zero);
      expect(find.text('document with t2'), findsOneWidget);
    });

    testWidgets('removes the document from the screen when access ends', (
      tester,
    ) async {
      await open(tester);
      sdk.last.onAuthenticationFailed();
      source.renewals.single.answer.completeError(
        const NoAccessException('Revoked.'),
      );
      await tester.pump(Duration.zero);
      expect(drawn, isA<ViewRefused>());
      expect(find.text('document with t1'), findsNothing);
    });

    testWidgets('stops after three refusals in a row: no storm of renewals', (
      tester,
    ) async {
      await open(tester);
      for (var refusal = 1; refusal <= 2; refusal += 1) {
        sdk.last.onAuthenticationFailed();
        source.renewals.last.answer.complete(tokenOf('t${refusal + 1}'));
        await tester.pump(Duration.zero);
      }
      sdk.last.onAuthenticationFailed();
      await tester.pump(Duration.zero);
      expect(drawn, isA<ViewFailed>());
      expect(source.renewals, hasLength(2));
    });

    testWidgets('counts refusals anew once the SDK was accepted', (
      tester,
    ) async {
      await open(tester);
      for (var refusal = 1; refusal <= 5; refusal += 1) {
        sdk.last.onAuthenticationFailed();
        source.renewals.last.answer.complete(tokenOf('t${refusal + 1}'));
        await tester.pump(Duration.zero);
        sdk.last.onWorking();
      }
      expect(find.text('document with t6'), findsOneWidget);
    });
  });

  group('an SDK that does not report expiry', () {
    setUp(() => sdk = FakeSdk(reportsFailedAuthentication: false));

    testWidgets('gets a new view when its token expires, and not before', (
      tester,
    ) async {
      await open(tester);
      await tester.pump(const Duration(minutes: 45));
      source.watches.single.onToken(tokenOf('t2'));
      await tester.pump(const Duration(minutes: 14));
      expect(find.text('document with t1'), findsOneWidget);

      await tester.pump(const Duration(minutes: 1));
      await tester.pump(Duration.zero);
      expect(find.text('document with t2'), findsOneWidget);
    });
  });

  group('an SDK that takes tokens in place', () {
    testWidgets('keeps its view', (tester) async {
      await open(tester);
      final taken = <String>[];
      sdk.last.onCanReauthenticate((jwt) async => taken.add(jwt));
      source.watches.single.onToken(tokenOf('t2'));
      await tester.pump(Duration.zero);
      expect(taken, <String>['t2']);
      expect(sdk.slots, hasLength(1));
    });

    testWidgets('gets a token that came before it could take one', (
      tester,
    ) async {
      await open(tester);
      final taken = <String>[];
      source.watches.single.onToken(tokenOf('t2'));
      sdk.last.onCanReauthenticate((jwt) async => taken.add(jwt));
      await tester.pump(Duration.zero);
      expect(taken, <String>['t2']);
      expect(sdk.slots, hasLength(1));
    });

    testWidgets('gets a new view if it refuses the token', (tester) async {
      await open(tester);
      sdk.last.onCanReauthenticate((jwt) async => throw StateError('refused'));
      source.watches.single.onToken(tokenOf('t2'));
      await tester.pump(Duration.zero);
      await tester.pump(Duration.zero);
      expect(find.text('document with t2'), findsOneWidget);
    });
  });

  group('an SDK that cannot open the document', () {
    testWidgets('because of another user says so, without a renewal', (
      tester,
    ) async {
      await open(tester);
      sdk.last.onLoadFailed(
        const InstantFailure('Another user.', code: 'USER_MISMATCH'),
      );
      await tester.pump(Duration.zero);
      expect(
        drawn,
        isA<ViewFailed>().having(
          (state) => state.failure.isUserMismatch,
          'isUserMismatch',
          isTrue,
        ),
      );
      expect(source.renewals, isEmpty);
    });

    testWidgets('and gives no code gets one new token', (tester) async {
      await open(tester);
      sdk.last.onLoadFailed(const InstantFailure('Failed.'));
      source.renewals.single.answer.complete(tokenOf('t2'));
      await tester.pump(Duration.zero);
      expect(find.text('document with t2'), findsOneWidget);

      sdk.last.onLoadFailed(const InstantFailure('Failed.'));
      await tester.pump(Duration.zero);
      expect(drawn, isA<ViewFailed>());
      expect(source.renewals, hasLength(1));
    });

    testWidgets('waits for retry when a token comes later', (tester) async {
      await open(tester);
      sdk.last.onLoadFailed(
        const InstantFailure('Failed.', code: 'REQUEST_FAILED'),
      );
      source.watches.single.onToken(tokenOf('t2'));
      await tester.pump(Duration.zero);
      expect(drawn, isA<ViewFailed>());
    });
  });

  group('another document', () {
    testWidgets('gets a watch and a view of its own', (tester) async {
      await open(tester);
      await tester.pumpWidget(view(documentId: 'doc-2'));
      expect(source.watches.first.isClosed, isTrue);
      expect(find.text('document with t1'), findsNothing);

      source.watches.last.onToken(tokenOf('u1', documentId: 'doc-2'));
      await tester.pump(Duration.zero);
      expect(find.text('document with u1'), findsOneWidget);
      expect(sdk.slots.first.key, isNot(sdk.slots.last.key));
    });

    testWidgets('late reports of the view before change nothing', (
      tester,
    ) async {
      await open(tester);
      final before = sdk.last;
      await tester.pumpWidget(view(layer: 'review'));
      before.onAuthenticationFailed();
      before.onLoadFailed(const InstantFailure('Failed.'));
      await tester.pump(Duration.zero);
      expect(drawn, isA<ViewWaiting>());
      expect(source.renewals, isEmpty);
    });

    testWidgets('the same request keeps the watch', (tester) async {
      await open(tester);
      await tester.pumpWidget(view(layer: ''));
      expect(source.watches, hasLength(1));
      expect(find.text('document with t1'), findsOneWidget);
    });

    testWidgets('another user starts again', (tester) async {
      await open(tester);
      await tester.pumpWidget(view(user: 'bob'));
      expect(source.watches, hasLength(2));
      expect(find.text('document with t1'), findsNothing);
    });
  });

  testWidgets('an unmounted widget closes its watch and ignores its renewal', (
    tester,
  ) async {
    await open(tester);
    sdk.last.onAuthenticationFailed();
    await tester.pumpWidget(const SizedBox.shrink());
    expect(source.watches.single.isClosed, isTrue);
    source.renewals.single.answer.complete(tokenOf('t2'));
    await tester.pump(Duration.zero);
    expect(sdk.slots, hasLength(1));
  });
}
