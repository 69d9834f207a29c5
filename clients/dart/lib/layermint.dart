/// Document tokens of a Layermint service for Nutrient Instant: cached, renewed before they expire, and served through outages.
library;

export 'src/api_types.dart' hide jsonMembers;
export 'src/cancel_token.dart';
export 'src/connectivity.dart' hide seemsOnline;
export 'src/errors.dart';
export 'src/server_time.dart' show Clock;
export 'src/source_types.dart' hide Report;
