/// Reads a JSON object of a scenario.
Map<String, Object?> objectOf(Object? json) {
  if (json is Map<String, Object?>) {
    return json;
  }
  throw FormatException('Not a JSON object: $json');
}

/// Reads a list of JSON objects of a scenario.
List<Map<String, Object?>> objectsOf(Object? json) {
  if (json is List<Object?>) {
    return <Map<String, Object?>>[
      for (final Object? item in json) objectOf(item),
    ];
  }
  throw FormatException('Not a JSON list: $json');
}

/// Tells if two JSON values are the same. The order of an object's members does not count.
bool isSame(Object? one, Object? other) {
  if (one is Map<String, Object?> && other is Map<String, Object?>) {
    return one.length == other.length &&
        one.keys.every(
          (String key) =>
              other.containsKey(key) && isSame(one[key], other[key]),
        );
  }
  if (one is List<Object?> && other is List<Object?>) {
    if (one.length != other.length) {
      return false;
    }
    for (int at = 0; at < one.length; at += 1) {
      if (!isSame(one[at], other[at])) {
        return false;
      }
    }
    return true;
  }
  return one == other;
}

/// Tells if a JSON object has the members that are listed, inside other objects too. Null means an absent member. The times of a
/// token are compared as moments: there is more than one way to write them.
bool hasMembers(Map<String, Object?> found, Map<String, Object?> wanted) {
  for (final MapEntry<String, Object?> member in wanted.entries) {
    final Object? value = found[member.key];
    final Object? expected = member.value;
    if (value is Map<String, Object?> && expected is Map<String, Object?>) {
      if (!hasMembers(value, expected)) {
        return false;
      }
    } else if (member.key.endsWith('At') &&
        value is String &&
        expected is String) {
      if (!DateTime.parse(value).isAtSameMomentAs(DateTime.parse(expected))) {
        return false;
      }
    } else if (!isSame(value, expected)) {
      return false;
    }
  }
  return true;
}
