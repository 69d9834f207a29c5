import 'package:layermint/layermint.dart';

/// A connectivity adapter whose events a test decides.
final class FakeConnectivity implements Connectivity {
  FakeConnectivity({required this.isOnline});

  @override
  bool isOnline;

  final List<void Function(ConnectivityEvent event)> _listeners =
      <void Function(ConnectivityEvent event)>[];

  /// The number of listeners that have not unsubscribed.
  int get listeners => _listeners.length;

  @override
  void Function() subscribe(void Function(ConnectivityEvent event) listener) {
    _listeners.add(listener);
    return () {
      _listeners.remove(listener);
    };
  }

  /// Tells all listeners of an event. It decides [isOnline] too.
  void tell(ConnectivityEvent event) {
    if (event == ConnectivityEvent.offline) {
      isOnline = false;
    } else if (event == ConnectivityEvent.online) {
      isOnline = true;
    }
    for (final void Function(ConnectivityEvent event) listener
        in List<void Function(ConnectivityEvent event)>.of(_listeners)) {
      listener(event);
    }
  }
}
