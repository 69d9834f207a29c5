@TestOn('vm')
library;

import 'dart:convert';
import 'dart:io';

import 'package:test/test.dart';

import 'stage/json.dart';
import 'stage/scenario_runner.dart';

/// Plays the scenarios that all clients share. ../scenarios/README.md describes them.
void main() {
  final List<File> files =
      Directory('../scenarios')
          .listSync(recursive: true)
          .whereType<File>()
          .where(
            (File file) =>
                file.path.endsWith('.json') &&
                !file.path.endsWith('scenario.schema.json'),
          )
          .toList()
        ..sort((File one, File other) => one.path.compareTo(other.path));

  test('There are scenarios', () {
    expect(files, isNotEmpty);
  });

  for (final File file in files) {
    final Map<String, Object?> scenario = objectOf(
      jsonDecode(file.readAsStringSync()),
    );
    test('${scenario['name']}', () => ScenarioRunner(scenario).run());
  }
}
