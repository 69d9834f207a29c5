import 'package:flutter/material.dart';
import 'package:nutrient_flutter/bindings.dart' show Nutrient;

import 'pages.dart';

Future<void> main() async {
  WidgetsFlutterBinding.ensureInitialized();
  // Without keys the SDK runs in its trial mode.
  const androidKey = String.fromEnvironment('NUTRIENT_ANDROID_KEY');
  const iosKey = String.fromEnvironment('NUTRIENT_IOS_KEY');
  await Nutrient.initialize(
    androidLicenseKey: androidKey.isEmpty ? null : androidKey,
    iosLicenseKey: iosKey.isEmpty ? null : iosKey,
  );
  runApp(const ExampleApp());
}

class ExampleApp extends StatelessWidget {
  const ExampleApp({super.key});

  @override
  Widget build(BuildContext context) =>
      const MaterialApp(title: 'Layermint', home: LoginPage());
}
