import 'package:layermint/layermint.dart';
import 'package:layermint/src/held_tokens.dart';
import 'package:layermint/testing.dart';
import 'package:test/test.dart';

void main() {
  final Map<String, Object?> answer =
      exampleToken(const TokenRequest(documentId: 'contract')).toJson();

  test('A token is read from an answer, and unknown members are ignored', () {
    final Token token = Token.fromJson(<String, Object?>{
      ...answer,
      'later': true,
    });
    expect(token.toJson(), answer);
    expect(token.issuedAt.isUtc, isTrue);
  });

  test('An answer without a member, or with another type, is refused', () {
    for (final String name in answer.keys) {
      expect(
        () => Token.fromJson(<String, Object?>{...answer}..remove(name)),
        throwsFormatException,
        reason: name,
      );
      expect(
        () => Token.fromJson(<String, Object?>{...answer, name: 7}),
        throwsFormatException,
        reason: name,
      );
    }
  });

  test('No message and no text of a token shows its jwt', () {
    final Token token = Token.fromJson(answer);
    expect(token.toString(), isNot(contains(token.jwt)));
    try {
      Token.fromJson(<String, Object?>{...answer, 'layer': 7});
      fail('It was read.');
    } on FormatException catch (error) {
      expect(error.toString(), isNot(contains(token.jwt)));
    }
  });

  test('Two requests for the same token have the same key', () {
    String key(TokenRequest request) => keyOf(canonical(request));
    expect(
      key(
        const TokenRequest(
          documentId: 'contract',
          layer: '',
          privateLayer: false,
          permissions: <String>['write', 'read-document'],
        ),
      ),
      key(
        const TokenRequest(
          documentId: 'contract',
          permissions: <String>['read-document', 'write'],
        ),
      ),
    );
    expect(
      key(const TokenRequest(documentId: 'contract')),
      isNot(key(const TokenRequest(documentId: 'contract', layer: 'review'))),
    );
  });
}
