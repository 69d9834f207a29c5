import 'dart:async';
import 'dart:convert';
import 'dart:math';

import 'package:http/http.dart' as http;

import 'api_types.dart';
import 'caller_token.dart';
import 'cancel_token.dart';
import 'errors.dart';
import 'server_time.dart';

const int _longestRetryAfterMs = 300000;

/// An answer of the service.
final class Answer {
  const Answer({
    required this.status,
    required this.body,
    required this.sent,
    required this.received,
    required this.date,
    required this.retryAfter,
    required this.challenge,
  });

  final int status;

  /// The parsed JSON; null if there is none.
  final Object? body;
  final Mark sent;
  final Mark received;

  /// The server's time of the answer, in milliseconds since 1970; null without a `Date` header.
  final int? date;
  final Duration? retryAfter;

  /// The fault that `WWW-Authenticate` describes (RFC 6750 section 3).
  final String? challenge;
}

/// Narrows a value to an object whose members are to be checked.
Map<String, Object?> membersOf(Object? value) =>
    value is Map<String, Object?> ? value : const <String, Object?>{};

Object? _parsed(String text) {
  try {
    return jsonDecode(text);
  } on FormatException {
    return null;
  }
}

const List<String> _months = <String>[
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
];

final RegExp _httpDate = RegExp(
  r'^[A-Z][a-z]{2}, (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$',
);

/// Reads an HTTP date in the format that servers must write (RFC 9110 section 5.6.7), in milliseconds since 1970. Returns null for
/// any other text.
int? parseHttpDate(String? text) {
  final RegExpMatch? found = text == null ? null : _httpDate.firstMatch(text);
  if (found == null) {
    return null;
  }
  final int month = _months.indexOf(found.group(2)!) + 1;
  if (month == 0) {
    return null;
  }
  return DateTime.utc(
    int.parse(found.group(3)!),
    month,
    int.parse(found.group(1)!),
    int.parse(found.group(4)!),
    int.parse(found.group(5)!),
    int.parse(found.group(6)!),
  ).millisecondsSinceEpoch;
}

final RegExp _seconds = RegExp(r'^\d+$');

/// Reads `Retry-After`: seconds, or an HTTP date, which counts from the server's own time (RFC 9110 section 10.2.3). Returns null
/// for any other text. The longest wait is 5 minutes.
Duration? parseRetryAfter(String? text, int? date) {
  if (text == null) {
    return null;
  }
  final int? until = parseHttpDate(text);
  int milliseconds = 0;
  if (_seconds.hasMatch(text)) {
    // A number that no int can hold is longer than the longest wait too.
    milliseconds =
        min(int.tryParse(text) ?? _longestRetryAfterMs, _longestRetryAfterMs) *
        1000;
  } else if (until != null && date != null) {
    milliseconds = until - date;
  }
  return milliseconds > 0
      ? Duration(milliseconds: min(milliseconds, _longestRetryAfterMs))
      : null;
}

/// Hosts that are not public, and so can be reached over HTTP in development.
final RegExp _privateHost = RegExp(
  r'^(localhost|[\w-]+\.local|::1|(127|10)(\.\d+){3}|(192\.168|172\.(1[6-9]|2\d|3[01]))(\.\d+){2})$',
  caseSensitive: false,
);

bool _isApi(Uri api) {
  if (api.host.isEmpty ||
      api.userInfo.isNotEmpty ||
      api.hasQuery ||
      api.hasFragment) {
    return false;
  }
  return api.isScheme('https') ||
      (api.isScheme('http') && _privateHost.hasMatch(api.host));
}

/// Reads the base URL of the API, without a slash at its end.
///
/// Throws an [InvalidRequestException] if [api] is neither HTTPS nor HTTP to an address that is not public, or has a query, a fragment
/// or credentials.
String baseUrl(Uri api) {
  if (!_isApi(api)) {
    throw const InvalidRequestException(
      'The parameter api must be an https URL. http is for localhost and private addresses alone.',
    );
  }
  return api.toString().replaceFirst(RegExp(r'/+$'), '');
}

/// Sends requests. A 401 makes it renew the caller token and send once more.
final class Sender {
  /// Calls [checkUser] with each caller token at hand. If another user has signed in since, it cancels the request.
  ///
  /// Throws an [InvalidRequestException] if [api] is not the URL of an API.
  Sender(
    Uri api,
    CallerToken caller,
    http.Client client,
    Time time,
    int requestTimeoutMs,
    void Function() checkUser,
  ) : _api = baseUrl(api),
      _caller = caller,
      _client = client,
      _time = time,
      _requestTimeoutMs = requestTimeoutMs,
      _checkUser = checkUser;

  static final RegExp _description = RegExp('error_description="([^"]*)');

  /// Without a slash at its end.
  final String _api;
  final CallerToken _caller;
  final http.Client _client;
  final Time _time;
  final int _requestTimeoutMs;
  final void Function() _checkUser;

  /// Sends a body to a path of the API. Fails with an [UnreachableException] or a [CallerTokenException].
  Future<Answer> send(
    String path,
    Map<String, Object?> body,
    CancelToken cancel,
  ) async {
    final int before = _caller.renewals;
    final Answer answer = await _post(path, body, _caller.current(), cancel);
    if (answer.status == 401) {
      return _post(path, body, _caller.another(before), cancel);
    }
    return answer;
  }

  Future<Answer> _post(
    String path,
    Map<String, Object?> body,
    Future<String> token,
    CancelToken cancel,
  ) async {
    final String bearer = await token;
    _checkUser();
    try {
      return await boundedRun<Answer>(
        _time,
        _requestTimeoutMs,
        cancel,
        (CancelToken own) => _exchange(path, body, bearer, own),
      );
    } on Object catch (cause) {
      throw UnreachableException(
        'No answer arrived from the service.',
        cause: cause,
      );
    }
  }

  bool _isRedirect(http.StreamedResponse response) =>
      response.statusCode ~/ 100 == 3 &&
      response.headers.containsKey('location');

  Future<Answer> _exchange(
    String path,
    Map<String, Object?> body,
    String bearer,
    CancelToken cancel,
  ) async {
    if (cancel.isCancelled) {
      throw const AbortedException('Nobody waits for the answer.');
    }
    final Completer<void> abort = Completer<void>();
    final void Function() remove = cancel.onCancel(abort.complete);
    try {
      final Mark sent = _time.mark();
      final http.AbortableRequest request = http.AbortableRequest(
        'POST',
        Uri.parse('$_api$path'),
        abortTrigger: abort.future,
      );
      // A redirect would carry the caller token to another place.
      request.followRedirects = false;
      request.headers['authorization'] = 'Bearer $bearer';
      request.headers['content-type'] = 'application/json';
      request.bodyBytes = utf8.encode(jsonEncode(body));
      final http.StreamedResponse response = await _client.send(request);
      final String text = utf8.decode(
        await response.stream.toBytes(),
        allowMalformed: true,
      );
      if (_isRedirect(response)) {
        throw http.ClientException('The service redirects.', request.url);
      }
      final int? date = parseHttpDate(response.headers['date']);
      final String challenge = response.headers['www-authenticate'] ?? '';
      return Answer(
        status: response.statusCode,
        body: _parsed(text),
        sent: sent,
        received: _time.mark(),
        date: date,
        retryAfter: parseRetryAfter(response.headers['retry-after'], date),
        challenge: _description.firstMatch(challenge)?.group(1),
      );
    } finally {
      remove();
    }
  }
}

String? _textOf(Object? value) => value is String ? value : null;

/// Makes the error of an answer that is no success. Its body can be problem details, API Gateway's `{"message"}`, or anything.
LayermintException errorOf(int status, Object? body, Answer? answer) {
  final Map<String, Object?> members = membersOf(body);
  final String? detail =
      _textOf(members['detail']) ??
      answer?.challenge ??
      _textOf(members['message']);
  final Problem problem = Problem(
    type: _textOf(members['type']),
    title: _textOf(members['title']),
    detail: detail,
    requestId: _textOf(members['requestId']),
    errors: _placesOf(members['errors']),
  );
  final Duration? retryAfter = answer?.retryAfter;
  final String message =
      detail == null
          ? 'The service answered $status.'
          : 'The service answered $status: $detail';
  if (status == 401) {
    return SignInRequiredException(
      message,
      status: status,
      problem: problem,
      retryAfter: retryAfter,
    );
  }
  if (status == 403) {
    return NoAccessException(
      message,
      status: status,
      problem: problem,
      retryAfter: retryAfter,
    );
  }
  if (status == 429 || status >= 500) {
    return UnavailableException(
      message,
      status: status,
      problem: problem,
      retryAfter: retryAfter,
    );
  }
  if (status >= 400) {
    return InvalidRequestException(
      message,
      status: status,
      problem: problem,
      retryAfter: retryAfter,
    );
  }
  return UnexpectedAnswerException(
    message,
    status: status,
    problem: problem,
    retryAfter: retryAfter,
  );
}

List<ProblemPlace>? _placesOf(Object? value) {
  if (value is! List<Object?>) {
    return null;
  }
  return <ProblemPlace>[
    for (final Object? place in value)
      ProblemPlace(
        pointer: _textOf(membersOf(place)['pointer']) ?? '',
        detail: _textOf(membersOf(place)['detail']) ?? '',
      ),
  ];
}
