import 'dart:convert';

import 'fake_server.dart';
import 'json.dart';

/// Answers a request as a step of a scenario says.
///
/// [now] is the server's time.
void answerRequest(
  SentRequest request,
  Map<String, Object?> step,
  DateTime now,
) {
  final Object? token = step['token'];
  final Object? results = step['results'];
  final Map<String, String> headers = <String, String>{
    'date': httpDate(now),
    'content-type': 'application/json',
  };
  int status = 200;
  Object? json;
  String? text;
  if (token != null) {
    status = 201;
    json = tokenOf(objectOf(request.body), objectOf(token), now);
  } else if (results != null) {
    final List<Map<String, Object?>> requests = objectsOf(
      objectOf(request.body)['requests'],
    );
    final List<Map<String, Object?>> answers = objectsOf(results);
    json = <String, Object?>{
      'results': <Object?>[
        for (int at = 0; at < answers.length; at += 1)
          _resultOf(requests[at], answers[at], now),
      ],
    };
  } else {
    status = step['status']! as int;
    json = step['body'];
    text = step['text'] as String? ?? (step.containsKey('body') ? null : '');
    if (text != null) {
      headers.remove('content-type');
    }
  }
  objectOf(step['headers'] ?? <String, Object?>{}).forEach((
    String name,
    Object? value,
  ) {
    if (value == null) {
      headers.remove(name);
    } else {
      headers[name] = value as String;
    }
  });
  request.answer(status, headers, text ?? jsonEncode(json));
}

Map<String, Object?> _resultOf(
  Map<String, Object?> request,
  Map<String, Object?> answer,
  DateTime now,
) {
  final Object? token = answer['token'];
  if (token == null) {
    return answer;
  }
  return <String, Object?>{
    'status': 201,
    'token': tokenOf(request, objectOf(token), now),
  };
}

/// Makes a token for a mint request. The members of [wanted] replace those that follow from the request.
Map<String, Object?> tokenOf(
  Map<String, Object?> request,
  Map<String, Object?> wanted,
  DateTime now,
) {
  final DateTime issuedAt = DateTime.fromMillisecondsSinceEpoch(
    now.millisecondsSinceEpoch ~/ 1000 * 1000,
    isUtc: true,
  );
  final String userId = wanted['userId'] as String? ?? 'alice';
  final Object layer =
      request['privateLayer'] == true ? 'user:$userId' : request['layer'] ?? '';
  final int lifeSeconds = wanted['lifeSeconds'] as int? ?? 3600;
  final int refreshSeconds = wanted['refreshSeconds'] as int? ?? 2880;
  const String serverUrl = 'https://documents.example.com';
  return <String, Object?>{
    'documentId': request['documentId'],
    'layer': layer,
    'userId': userId,
    'permissions': <String>['read-document'],
    'issuedAt': _rfc3339(issuedAt),
    'expiresAt': _rfc3339(issuedAt.add(Duration(seconds: lifeSeconds))),
    'refreshAt': _rfc3339(issuedAt.add(Duration(seconds: refreshSeconds))),
    'serverUrl': serverUrl,
    'documentUrl': '$serverUrl/api/1/documents/${request['documentId']}',
    for (final MapEntry<String, Object?> member in wanted.entries)
      if (member.key != 'lifeSeconds' && member.key != 'refreshSeconds')
        member.key: member.value,
  };
}

String _rfc3339(DateTime time) =>
    time.toIso8601String().replaceFirst('.000Z', 'Z');

/// Writes a time as the `Date` header has it (RFC 9110, section 5.6.7).
String httpDate(DateTime time) {
  const List<String> days = <String>[
    'Mon',
    'Tue',
    'Wed',
    'Thu',
    'Fri',
    'Sat',
    'Sun',
  ];
  const List<String> months = <String>[
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
  final DateTime utc = time.toUtc();
  String two(int number) => number.toString().padLeft(2, '0');
  return '${days[utc.weekday - 1]}, ${two(utc.day)} ${months[utc.month - 1]} ${utc.year} '
      '${two(utc.hour)}:${two(utc.minute)}:${two(utc.second)} GMT';
}
