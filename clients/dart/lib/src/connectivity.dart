/// A change that a token source reacts to.
enum ConnectivityEvent {
  /// The device has a network again. Everything that is due is renewed.
  online,

  /// The device has no network. Calls without a live token fail at once, and nothing is sent.
  offline,

  /// The app is visible again. Everything that is due is renewed at once, without the spread after an outage.
  resume,
}

/// Tells a token source about the network and about the life of the app.
///
/// `layermint_flutter` has one for `AppLifecycleState`. Without an adapter a source takes the device to be online, and learns of
/// an outage from its own requests.
abstract interface class Connectivity {
  /// False while the device has no network.
  bool get isOnline;

  /// Calls [listener] for each change. Returns a function that ends this.
  void Function() subscribe(void Function(ConnectivityEvent event) listener);
}

/// Tells if the device is online, as far as its adapter knows: if it does not, a request will tell.
bool seemsOnline(Connectivity? connectivity) {
  try {
    return connectivity?.isOnline ?? true;
  } on Object {
    return true;
  }
}
