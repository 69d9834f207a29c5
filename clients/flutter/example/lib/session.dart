import 'dart:convert';

import 'package:flutter/foundation.dart';
import 'package:http/http.dart' as http;
import 'package:layermint/layermint.dart';
import 'package:layermint_flutter/layermint_flutter.dart';

/// Base URL of the API. The Android emulator has this machine at 10.0.2.2.
String get defaultApi {
  const defined = String.fromEnvironment('LAYERMINT_API');
  if (defined.isNotEmpty) return defined;
  final emulator = !kIsWeb && defaultTargetPlatform == TargetPlatform.android;
  return emulator ? 'http://10.0.2.2:4747' : 'http://127.0.0.1:4747';
}

/// A layer that the user can open.
@immutable
class OpenableLayer {
  const OpenableLayer(this.documentId, this.layer);

  final String documentId;

  /// Empty for the default layer.
  final String layer;
}

/// A signed-in user, with the source of their tokens. One for each sign-in.
class Session {
  Session._(String api, this.user) : _api = _withoutSlash(api);

  final String user;
  final String _api;
  final http.Client _client = http.Client();
  String? _callerToken;

  /// Addresses of Document Engine. A sign-out removes the copies of their documents.
  final Set<String> _serverUrls = <String>{};

  late final TokenSource source = TokenSource(
    api: Uri.parse(_api),
    callerToken: callerToken,
    user: () => user,
    connectivity: flutterConnectivity(),
    onEvent: (event) => debugPrint('layermint: ${event.type}'),
  );

  static String _withoutSlash(String api) =>
      api.endsWith('/') ? api.substring(0, api.length - 1) : api;

  /// Signs a demo user in at the local stack. Throws if the stack does not answer or does not know the user.
  static Future<Session> signIn(String api, String user) async {
    final session = Session._(api, user);
    try {
      await session.callerToken(renew: true);
    } on Object {
      session._client.close();
      rethrow;
    }
    return session;
  }

  /// Stands for your OIDC library: the local stack gives a demo user's token without a password.
  Future<String> callerToken({required bool renew}) async {
    final held = _callerToken;
    if (held != null && !renew) return held;
    final uri = Uri.parse(
      '$_api/local/callers/${Uri.encodeComponent(user)}/token',
    );
    final answer = await _client.get(uri).timeout(const Duration(seconds: 10));
    if (answer.statusCode != 200) {
      throw StateError('Sign-in failed (${answer.statusCode}): ${answer.body}');
    }
    return _callerToken = answer.body.trim();
  }

  /// Lists everything that the user can open.
  Future<List<OpenableLayer>> documents() async {
    final found = <OpenableLayer>[];
    String? cursor;
    do {
      final page = await _page(cursor);
      for (final document in page['documents']! as List<Object?>) {
        final members = document! as Map<String, Object?>;
        for (final layer in members['layers']! as List<Object?>) {
          // An entry with anyLayer has no name. The default layer stands for it.
          final name = (layer! as Map<String, Object?>)['layer'] as String?;
          found.add(
            OpenableLayer(members['documentId']! as String, name ?? ''),
          );
        }
      }
      cursor = page['nextCursor'] as String?;
    } while (cursor != null);
    return found;
  }

  Future<Map<String, Object?>> _page(String? cursor) async {
    final uri = Uri.parse('$_api/v1/documents').replace(
      queryParameters:
          cursor == null ? null : <String, String>{'cursor': cursor},
    );
    var answer = await _get(uri, renew: false);
    if (answer.statusCode == 401) answer = await _get(uri, renew: true);
    if (answer.statusCode != 200) {
      throw StateError('No list (${answer.statusCode}): ${answer.body}');
    }
    return jsonDecode(answer.body) as Map<String, Object?>;
  }

  Future<http.Response> _get(Uri uri, {required bool renew}) async {
    final token = await callerToken(renew: renew);
    return _client
        .get(uri, headers: <String, String>{'Authorization': 'Bearer $token'})
        .timeout(const Duration(seconds: 10));
  }

  /// Keeps the address of a Document Engine for [signOut]. An app keeps it on disk too, as copies outlive a restart.
  void remember(String serverUrl) => _serverUrls.add(serverUrl);

  /// Ends the user's tokens on all their devices, and removes the documents from this one.
  Future<void> signOut() async {
    try {
      await signOutAndRemoveDocuments(source, serverUrls: _serverUrls);
    } finally {
      source.close();
      _client.close();
    }
  }
}
