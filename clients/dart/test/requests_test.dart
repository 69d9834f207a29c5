import 'package:layermint/layermint.dart';
import 'package:layermint/src/requests.dart';
import 'package:test/test.dart';

void main() {
  final int? now = parseHttpDate('Sat, 31 Jan 2026 12:00:00 GMT');

  test('Retry-After is read in seconds', () {
    expect(parseRetryAfter('7', now), const Duration(seconds: 7));
    expect(parseRetryAfter('7', null), const Duration(seconds: 7));
  });

  test('Retry-After as a date counts from the Date header', () {
    const String date = 'Sat, 31 Jan 2026 12:01:00 GMT';
    expect(parseRetryAfter(date, now), const Duration(minutes: 1));
    expect(parseRetryAfter(date, null), isNull);
  });

  test('Retry-After is at most five minutes', () {
    for (final String text in <String>['301', '86400', '9' * 18, '9' * 40]) {
      expect(
        parseRetryAfter(text, now),
        const Duration(minutes: 5),
        reason: text,
      );
    }
  });

  test('Retry-After without a sense is ignored', () {
    for (final String? text in <String?>[null, '', '0', '-5', 'soon']) {
      expect(parseRetryAfter(text, now), isNull, reason: text);
    }
  });

  test('The status decides the error', () {
    expect(errorOf(400, null, null), isA<InvalidRequestException>());
    expect(errorOf(401, null, null), isA<SignInRequiredException>());
    expect(errorOf(403, null, null), isA<NoAccessException>());
    expect(errorOf(429, null, null), isA<UnavailableException>());
    expect(errorOf(503, null, null), isA<UnavailableException>());
    expect(errorOf(302, null, null), isA<UnexpectedAnswerException>());
  });

  test("API Gateway's message is the detail", () {
    final LayermintException error = errorOf(403, <String, Object?>{
      'message': 'Forbidden',
    }, null);
    expect(error.problem?.detail, 'Forbidden');
    expect(error.toString(), contains('Forbidden'));
  });

  test('A body of any shape makes an error', () {
    for (final Object? body in <Object?>[
      null,
      'text',
      7,
      <Object?>[],
      <String, Object?>{
        'detail': 7,
        'errors': <Object?>[
          7,
          <String, Object?>{'pointer': '/layer', 'detail': 'Too long.'},
        ],
      },
    ]) {
      expect(errorOf(400, body, null).status, 400);
    }
  });

  test('Only HTTPS is accepted, and HTTP to a private address', () {
    for (final String api in <String>[
      'https://api.example.com',
      'https://api.example.com/tokens/',
      'http://localhost:4747',
      'http://127.0.0.1:4747',
      'http://10.0.2.2:4747',
      'http://192.168.1.20',
      'http://172.16.0.1',
      'http://laptop.local',
      'http://[::1]:4747',
    ]) {
      expect(baseUrl(Uri.parse(api)), isNot(endsWith('/')), reason: api);
    }
    for (final String api in <String>[
      'http://api.example.com',
      'http://172.32.0.1',
      'http://localhost.example.com',
      'https://user@api.example.com',
      'https://api.example.com?stage=dev',
      'https://api.example.com#top',
      'ftp://api.example.com',
      '/v1',
    ]) {
      expect(
        () => baseUrl(Uri.parse(api)),
        throwsA(isA<InvalidRequestException>()),
        reason: api,
      );
    }
  });
}
