import 'package:flutter/foundation.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:layermint_flutter/layermint_flutter.dart';

void main() {
  tearDown(() => debugDefaultTargetPlatformOverride = null);

  for (final (platform, reports) in <(TargetPlatform, bool)>[
    (TargetPlatform.iOS, true),
    (TargetPlatform.android, false),
  ]) {
    test('an expired token is reported on $platform: $reports', () {
      debugDefaultTargetPlatformOverride = platform;
      expect(const NutrientSdk().reportsFailedAuthentication, reports);
    });
  }
}
