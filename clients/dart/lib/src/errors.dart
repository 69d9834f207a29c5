/// A place of the request that the service did not accept.
final class ProblemPlace {
  const ProblemPlace({required this.pointer, required this.detail});

  /// JSON pointer (RFC 6901) into the body of the request.
  final String pointer;

  /// Sentence for developers.
  final String detail;
}
