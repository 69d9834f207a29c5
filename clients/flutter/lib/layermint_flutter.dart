/// A document of Nutrient Instant as a widget, with tokens of a Layermint service that renew themselves.
library;

export 'src/flutter_connectivity.dart';
export 'src/instant_sdk.dart';
export 'src/layermint_instant_view.dart';
export 'src/local_documents.dart';
export 'src/nutrient_sdk.dart';
export 'src/sign_out.dart';
export 'src/view_state.dart';
