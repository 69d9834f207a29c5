import 'dart:async';
import 'dart:convert';

import 'package:http/http.dart' as http;
import 'package:http/testing.dart';

import 'json.dart';

/// A request that the client has sent.
final class SentRequest {
  SentRequest(this.request, this.text);

  /// The request of the HTTP client.
  final http.BaseRequest request;

  /// The body.
  final String text;

  /// True once the client has aborted the request before its answer.
  bool isAborted = false;

  final Completer<http.StreamedResponse> _answer =
      Completer<http.StreamedResponse>();

  /// True once the request has an answer or has failed.
  bool get isDone => _answer.isCompleted;

  /// The body as JSON; null if there is none.
  Object? get body => text.isEmpty ? null : jsonDecode(text);

  /// The path of the URL with its query.
  String get path {
    final Uri url = request.url;
    return url.hasQuery ? '${url.path}?${url.query}' : url.path;
  }

  /// Tells if the request is the one that a scenario describes.
  bool fits(Map<String, Object?> wanted) {
    final Object? headers = wanted['headers'];
    return request.method == (wanted['method'] ?? 'POST') &&
        path == wanted['path'] &&
        (!wanted.containsKey('url') ||
            request.url.toString() == wanted['url']) &&
        (!wanted.containsKey('bearer') ||
            request.headers['authorization'] == 'Bearer ${wanted['bearer']}') &&
        (!wanted.containsKey('body') || isSame(body, wanted['body'])) &&
        (headers == null || hasMembers(request.headers, objectOf(headers)));
  }

  /// Answers the request. The answer of an aborted request is dropped.
  void answer(int status, Map<String, String> headers, String text) {
    if (_answer.isCompleted) {
      return;
    }
    _answer.complete(
      http.StreamedResponse(
        Stream<List<int>>.value(utf8.encode(text)),
        status,
        headers: headers,
        request: request,
      ),
    );
  }

  /// Fails the request as a broken connection does.
  void fail() {
    if (!_answer.isCompleted) {
      _answer.completeError(
        http.ClientException('Connection closed', request.url),
      );
    }
  }

  void _abort() {
    if (!_answer.isCompleted) {
      isAborted = true;
      fail();
    }
  }

  @override
  String toString() =>
      '${request.method} ${request.url} ${request.headers} $text';
}

/// Receives the requests of the client and keeps them until a step of the scenario takes them.
final class FakeServer {
  /// The requests that no step has taken, the oldest first.
  final List<SentRequest> queue = <SentRequest>[];

  /// All requests that were ever sent.
  final List<SentRequest> sent = <SentRequest>[];

  /// The HTTP client for the token source.
  late final http.Client client = MockClient.streaming(_receive);

  Future<http.StreamedResponse> _receive(
    http.BaseRequest request,
    http.ByteStream body,
  ) async {
    final SentRequest received = SentRequest(
      request,
      await body.bytesToString(),
    );
    if (request is http.Abortable) {
      final Future<void>? trigger = request.abortTrigger;
      if (trigger != null) {
        unawaited(trigger.then<void>((void _) => received._abort()));
      }
    }
    if (!received.isAborted) {
      queue.add(received);
      sent.add(received);
    }
    return received._answer.future;
  }
}
