/// Fakes for the tests of an app that uses `package:layermint`.
library;

export 'src/testing.dart';
