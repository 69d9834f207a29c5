import 'package:flutter/services.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:layermint/layermint.dart';
import 'package:layermint_flutter/layermint_flutter.dart';

import 'support/fakes.dart';

void main() {
  final binding = TestWidgetsFlutterBinding.ensureInitialized();
  const channel = MethodChannel('layermint/local_documents');
  const serverUrl = 'https://de.example.com';

  tearDown(
    () =>
        binding.defaultBinaryMessenger.setMockMethodCallHandler(channel, null),
  );

  test('leaves other devices alone on request', () async {
    final source = FakeSource();
    final local = FakeLocalDocuments();
    await signOutAndRemoveDocuments(
      source,
      serverUrls: <String>[serverUrl],
      revokeTokens: false,
      localDocuments: local,
    );
    expect(source.signOuts, <bool>[false]);
    expect(local.removed, <String>[serverUrl]);
  });

  test('removes the copies even if the revocation fails', () async {
    final source =
        FakeSource()..signOutError = const UnreachableException('No network.');
    final local = FakeLocalDocuments();
    await expectLater(
      signOutAndRemoveDocuments(
        source,
        serverUrls: <String>[serverUrl, serverUrl],
        localDocuments: local,
      ),
      throwsA(isA<UnreachableException>()),
    );
    expect(source.signOuts, <bool>[true]);
    expect(local.removed, <String>[serverUrl]);
  });

  test('revokes even if the copies cannot be removed', () async {
    final source = FakeSource();
    await expectLater(
      signOutAndRemoveDocuments(
        source,
        serverUrls: <String>[serverUrl],
        localDocuments: FakeLocalDocuments(
          error: const LocalDocumentsException('A document is open.'),
        ),
      ),
      throwsA(isA<LocalDocumentsException>()),
    );
    expect(source.signOuts, <bool>[true]);
  });

  test(
    'removes the copies of the other servers if those of one stay',
    () async {
      final source = FakeSource();
      final local = FakeLocalDocuments(
        error: const LocalDocumentsException('A document is open.'),
        failing: serverUrl,
      );
      await expectLater(
        signOutAndRemoveDocuments(
          source,
          serverUrls: <String>[serverUrl, 'https://other.example.com'],
          localDocuments: local,
        ),
        throwsA(isA<LocalDocumentsException>()),
      );
      expect(local.removed, <String>['https://other.example.com']);
      expect(source.signOuts, <bool>[true]);
    },
  );

  test('asks the native code to remove the copies of a server', () async {
    final calls = <MethodCall>[];
    binding.defaultBinaryMessenger.setMockMethodCallHandler(channel, (
      call,
    ) async {
      calls.add(call);
      return null;
    });
    await const NativeLocalDocuments().removeAll(serverUrl);
    expect(calls.single.method, 'removeAll');
    expect(calls.single.arguments, <String, Object?>{'serverUrl': serverUrl});
  });

  test('says it if the app has no native code', () async {
    await expectLater(
      const NativeLocalDocuments().removeAll(serverUrl),
      throwsA(isA<LocalDocumentsException>()),
    );
  });

  test('says it if the SDK did not remove them', () async {
    binding.defaultBinaryMessenger.setMockMethodCallHandler(channel, (
      call,
    ) async {
      throw PlatformException(code: 'failed', message: 'A document is open.');
    });
    await expectLater(
      const NativeLocalDocuments().removeAll(serverUrl),
      throwsA(
        isA<LocalDocumentsException>().having(
          (error) => error.message,
          'message',
          contains('A document is open.'),
        ),
      ),
    );
  });
}
