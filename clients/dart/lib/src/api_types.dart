/// The document and layer to open, and limits of the token. Its members are those of `MintRequest` in the API that an app uses.
final class TokenRequest {
  /// An empty [layer] is the default layer.
  const TokenRequest({
    required this.documentId,
    this.layer,
    this.privateLayer,
    this.permissions,
    this.ttlSeconds,
    this.defaultGroup,
  });

  /// The document's id in Document Engine.
  final String documentId;

  /// The layer's name; null or empty for the default layer.
  final String? layer;

  /// True for the user's own layer. It excludes [layer].
  final bool? privateLayer;

  /// At most these permissions; null for all that are granted.
  final List<String>? permissions;

  /// The life of the token in seconds, from 60 to 86,400. The service can shorten it.
  final int? ttlSeconds;

  /// The group of new annotations and comments.
  final String? defaultGroup;

  /// The body of a mint request. Absent members are left out, and so is an empty [layer].
  Map<String, Object?> toJson() {
    final String? layer = this.layer;
    return <String, Object?>{
      'documentId': documentId,
      if (layer != null && layer.isNotEmpty) 'layer': layer,
      if (privateLayer != null) 'privateLayer': privateLayer,
      if (permissions != null) 'permissions': permissions,
      if (ttlSeconds != null) 'ttlSeconds': ttlSeconds,
      if (defaultGroup != null) 'defaultGroup': defaultGroup,
    };
  }
}

/// A token for one layer of one document, as the API answers it. Times are by the server's clock.
final class Token {
  /// For fakes. A source makes tokens from answers of the API.
  const Token({
    required this.jwt,
    required this.documentId,
    required this.layer,
    required this.userId,
    required this.permissions,
    required this.issuedAt,
    required this.expiresAt,
    required this.refreshAt,
    required this.serverUrl,
    required this.documentUrl,
  });

  /// Reads an answer of the API. Members that this version does not know are ignored.
  ///
  /// Throws a [FormatException] without any value of [json], which can hold a token, if a member is absent or has another type.
  factory Token.fromJson(Object? json) {
    final Map<String, Object?> members = jsonMembers(json, 'A token');
    return Token(
      jwt: _text(members, 'jwt'),
      documentId: _text(members, 'documentId'),
      layer: _text(members, 'layer'),
      userId: _text(members, 'userId'),
      permissions: _texts(members, 'permissions'),
      issuedAt: _time(members, 'issuedAt'),
      expiresAt: _time(members, 'expiresAt'),
      refreshAt: _time(members, 'refreshAt'),
      serverUrl: _text(members, 'serverUrl'),
      documentUrl: _text(members, 'documentUrl'),
    );
  }

  /// The token for the SDK. It is a secret.
  final String jwt;

  /// The document that the token opens.
  final String documentId;

  /// The layer that the token opens; empty for the default layer.
  final String layer;

  /// The user that Document Engine sees.
  final String userId;

  /// `read-document`, `write`, `download` and `cover-image`, or some of them.
  final List<String> permissions;

  /// The start of the token's life.
  final DateTime issuedAt;

  /// The end of the token's life.
  final DateTime expiresAt;

  /// The moment from which a source renews the token.
  final DateTime refreshAt;

  /// The base URL of Document Engine.
  final String serverUrl;

  /// The URL of the document for `NutrientInstantView` and the mobile SDKs.
  final String documentUrl;

  /// The members as the API spells them.
  Map<String, Object?> toJson() => <String, Object?>{
    'jwt': jwt,
    'documentId': documentId,
    'layer': layer,
    'userId': userId,
    'permissions': permissions,
    'issuedAt': issuedAt.toIso8601String(),
    'expiresAt': expiresAt.toIso8601String(),
    'refreshAt': refreshAt.toIso8601String(),
    'serverUrl': serverUrl,
    'documentUrl': documentUrl,
  };

  /// Leaves the [jwt] out, so that it reaches no log.
  @override
  String toString() => 'Token($documentId, layer "$layer", until $expiresAt)';
}

/// Problem details (RFC 9457) of a refused request. API Gateway's own answers have a [detail] at most.
final class Problem {
  /// For fakes. A source makes problems from answers of the API.
  const Problem({
    this.type,
    this.title,
    this.status,
    this.detail,
    this.requestId,
    this.errors,
  });

  /// Stable text to decide by, such as `urn:layermint:problem:not-granted`.
  final String? type;

  /// Short sentence for this [type].
  final String? title;

  /// The HTTP status.
  final int? status;

  /// Sentence about this request, for developers.
  final String? detail;

  /// The service's id of the request, which finds it in its log.
  final String? requestId;

  /// The places of the request that were not accepted.
  final List<ProblemPlace>? errors;

  /// The members as the API spells them. Absent ones are left out.
  Map<String, Object?> toJson() {
    final List<ProblemPlace>? errors = this.errors;
    return <String, Object?>{
      if (type != null) 'type': type,
      if (title != null) 'title': title,
      if (status != null) 'status': status,
      if (detail != null) 'detail': detail,
      if (requestId != null) 'requestId': requestId,
      if (errors != null)
        'errors': <Object?>[
          for (final ProblemPlace place in errors) place.toJson(),
        ],
    };
  }
}

/// A place of a request that was not accepted.
final class ProblemPlace {
  /// For fakes. A source makes them from answers of the API.
  const ProblemPlace({required this.pointer, required this.detail});

  /// JSON pointer (RFC 6901) into the body of the request.
  final String pointer;

  /// Sentence for developers.
  final String detail;

  /// The members as the API spells them.
  Map<String, Object?> toJson() => <String, Object?>{
    'pointer': pointer,
    'detail': detail,
  };
}

/// The progress of a revocation, as the API answers it.
final class Revocation {
  /// For fakes. A source makes revocations from answers of the API.
  const Revocation({
    required this.id,
    required this.state,
    required this.holders,
    required this.waiting,
    required this.requestedAt,
    this.userId,
    this.documentId,
    this.reason,
  });

  /// Reads an answer of the API. Members that this version does not know are ignored.
  ///
  /// Throws a [FormatException] if a member is absent or has another type.
  factory Revocation.fromJson(Object? json) {
    final Map<String, Object?> members = jsonMembers(json, 'A revocation');
    return Revocation(
      id: _text(members, 'id'),
      state: _text(members, 'state'),
      holders: _number(members, 'holders'),
      waiting: _number(members, 'waiting'),
      requestedAt: _text(members, 'requestedAt'),
      userId: _optionalText(members, 'userId'),
      documentId: _optionalText(members, 'documentId'),
      reason: _optionalText(members, 'reason'),
    );
  }

  /// The revocation's id.
  final String id;

  /// `confirmed` if every function that signs tokens has confirmed it, else `pending`.
  final String state;

  /// The number of holders of the revocation.
  final int holders;

  /// The number of holders that have not confirmed it yet.
  final int waiting;

  /// The time of the request, in RFC 3339.
  final String requestedAt;

  /// The user whose tokens are revoked.
  final String? userId;

  /// The document whose tokens are revoked.
  final String? documentId;

  /// The reason that the request gave.
  final String? reason;

  /// The members as the API spells them. Absent ones are left out.
  Map<String, Object?> toJson() => <String, Object?>{
    'id': id,
    'state': state,
    'holders': holders,
    'waiting': waiting,
    'requestedAt': requestedAt,
    if (userId != null) 'userId': userId,
    if (documentId != null) 'documentId': documentId,
    if (reason != null) 'reason': reason,
  };
}

/// Reads the members of a JSON object. Throws a [FormatException] without any value if [json] is something else.
Map<String, Object?> jsonMembers(Object? json, String subject) {
  if (json is Map<String, Object?>) {
    return json;
  }
  throw FormatException('$subject is not a JSON object.');
}

String _text(Map<String, Object?> members, String name) {
  final Object? value = members[name];
  if (value is String) {
    return value;
  }
  throw FormatException('"$name" is not a string.');
}

String? _optionalText(Map<String, Object?> members, String name) =>
    members[name] == null ? null : _text(members, name);

int _number(Map<String, Object?> members, String name) {
  final Object? value = members[name];
  if (value is int) {
    return value;
  }
  throw FormatException('"$name" is not a whole number.');
}

List<String> _texts(Map<String, Object?> members, String name) {
  final Object? value = members[name];
  if (value is List<Object?>) {
    final List<String> texts = value.whereType<String>().toList();
    if (texts.length == value.length) {
      return List<String>.unmodifiable(texts);
    }
  }
  throw FormatException('"$name" is not a list of strings.');
}

DateTime _time(Map<String, Object?> members, String name) {
  final DateTime? time = DateTime.tryParse(_text(members, name));
  if (time != null && time.isUtc) {
    return time;
  }
  throw FormatException('"$name" is not a time in UTC.');
}
