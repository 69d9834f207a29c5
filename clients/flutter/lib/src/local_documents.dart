import 'package:flutter/services.dart';

/// The copies of documents that Nutrient's SDK keeps on the device.
abstract interface class LocalDocuments {
  /// Removes all copies that came from the Document Engine at [serverUrl]. Close every view of them first. Throws
  /// [LocalDocumentsException] if a copy may still be there.
  Future<void> removeAll(String serverUrl);
}

/// Removes the copies through the app's own Android and iOS code, since nutrient_flutter 6.0.0 has no Dart function for it.
///
/// The few lines of Kotlin and Swift are in example/native. They call `InstantClient.removeLocalStorage()` of Nutrient's SDKs.
class NativeLocalDocuments implements LocalDocuments {
  const NativeLocalDocuments([
    this._channel = const MethodChannel('layermint/local_documents'),
  ]);

  final MethodChannel _channel;

  @override
  Future<void> removeAll(String serverUrl) async {
    try {
      await _channel.invokeMethod<void>('removeAll', <String, String>{
        'serverUrl': serverUrl,
      });
    } on MissingPluginException catch (error) {
      throw LocalDocumentsException(
        'The app has no native code for the channel ${_channel.name}. Copy it from example/native.',
        error,
      );
    } on PlatformException catch (error) {
      throw LocalDocumentsException(
        'The SDK did not remove the copies of the documents: ${error.message ?? error.code}',
        error,
      );
    }
  }
}

/// The copies of documents may still be on the device.
class LocalDocumentsException implements Exception {
  const LocalDocumentsException(this.message, [this.cause]);

  /// Sentence for developers.
  final String message;

  final Object? cause;

  @override
  String toString() => 'LocalDocumentsException: $message';
}
