/// Document tokens of a Layermint service for Nutrient Instant.
library;

export 'src/errors.dart';
