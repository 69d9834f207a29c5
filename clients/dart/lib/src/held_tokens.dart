import 'dart:convert';
import 'dart:math';

import 'api_types.dart';
import 'flights.dart';
import 'renewal.dart';
import 'requests.dart';
import 'server_time.dart';

/// A token with its times, by the device's clocks.
final class HeldToken {
  const HeldToken({
    required this.token,
    required this.sent,
    required this.received,
    required this.lifeMs,
    required this.waitMs,
  });

  final Token token;
  final Mark sent;
  final Mark received;

  /// The milliseconds from sending to the end of the token's life, at the earliest.
  final int lifeMs;

  /// The milliseconds from receipt to its renewal.
  final int waitMs;
}

/// Everything about one request: its token, its flight and its watches.
final class Entry {
  Entry(this.request);

  /// The request in its canonical form; null for a revocation.
  final TokenRequest? request;
  final Set<Watch> watches = <Watch>{};
  HeldToken? held;

  /// The number of tokens in a row that Document Engine refused soon after they were minted.
  int refusals = 0;
  Flight? flight;
  void Function()? cancelTimer;

  /// The body to send.
  Map<String, Object?> get body => request?.toJson() ?? <String, Object?>{};
}

/// A token that is refused at this age was good at first.
const int _youngMs = 60000;
const int _longestPauseMs = 15000;

/// Drops the held token, which Document Engine refused: it must not be served to others either.
void dropRefused(Time time, Entry entry) {
  final HeldToken? held = entry.held;
  if (held != null) {
    final bool isYoung = time.since(held.received) < _youngMs;
    entry.refusals = isYoung ? entry.refusals + 1 : 1;
  }
  entry.held = null;
}

/// Tells the milliseconds before the next request for a token: if each new one is refused at once, as after a rotation that Document
/// Engine missed, the SDK asks for the next without a pause.
int pauseBefore(Entry entry) {
  if (entry.held != null || entry.refusals < 3) {
    return 0;
  }
  // Four doublings are beyond the longest pause.
  final int doublings = min(entry.refusals - 3, 4);
  return min(1000 << doublings, _longestPauseMs);
}

/// Brings a request into its canonical form: two requests for the same token become equal.
TokenRequest canonical(TokenRequest request) {
  final String? layer = request.layer;
  final List<String>? permissions = request.permissions;
  return TokenRequest(
    documentId: request.documentId,
    layer: layer == null || layer.isEmpty ? null : layer,
    privateLayer: request.privateLayer == true ? true : null,
    permissions:
        permissions == null ? null : (List<String>.of(permissions)..sort()),
    ttlSeconds: request.ttlSeconds,
    defaultGroup: request.defaultGroup,
  );
}

/// Names a request in its canonical form.
String keyOf(TokenRequest request) => jsonEncode(request.toJson());

/// The least wait for a renewal, so that no server can make a client ask without a pause.
const int _leastWaitMs = 1000;

/// Reads a token from an answer. Returns null if it is not the one that the API describes, or not the one asked for.
HeldToken? readToken(Object? value, TokenRequest asked, Answer answer) {
  final Token token;
  try {
    token = Token.fromJson(value);
  } on FormatException {
    return null;
  }
  final int issued = token.issuedAt.millisecondsSinceEpoch;
  final int lifeMs = token.expiresAt.millisecondsSinceEpoch - issued;
  final int refreshMs = token.refreshAt.millisecondsSinceEpoch - issued;
  final bool isAsked =
      token.documentId == asked.documentId &&
      (asked.privateLayer == true || token.layer == (asked.layer ?? '')) &&
      lifeMs > 0 &&
      refreshMs <= lifeMs;
  if (!isAsked) {
    return null;
  }
  final int? date = answer.date;
  // The time for which the token existed before this answer.
  final int ageMs = date == null ? 0 : max(date - issued, 0);
  return HeldToken(
    token: token,
    sent: answer.sent,
    received: answer.received,
    lifeMs: lifeMs - ageMs,
    waitMs: max(refreshMs - ageMs, _leastWaitMs),
  );
}

/// Tells the milliseconds for which a token lives, at least. Not positive if it has expired.
int leftMs(Time time, HeldToken? held) =>
    held == null ? 0 : held.lifeMs - time.since(held.sent);

/// Tells if a token is to be renewed, or is missing.
bool isDue(Time time, HeldToken? held) =>
    held == null || time.since(held.received) >= held.waitMs;
