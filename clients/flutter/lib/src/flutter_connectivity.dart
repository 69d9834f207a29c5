import 'package:flutter/widgets.dart';
import 'package:layermint/layermint.dart';

/// Tells a token source when the app comes back to the foreground, and when the app says that the device is online or offline.
///
/// It needs `WidgetsFlutterBinding.ensureInitialized()` before the source is created. Call [setOnline] from a package that knows the
/// network, such as connectivity_plus. Without it, the device counts as online, and a failed request shows that it is not.
FlutterConnectivity flutterConnectivity({bool online = true}) =>
    FlutterConnectivity(online: online);

/// See [flutterConnectivity].
class FlutterConnectivity implements Connectivity {
  FlutterConnectivity({bool online = true}) : _online = online;

  final List<void Function(ConnectivityEvent event)> _listeners =
      <void Function(ConnectivityEvent event)>[];
  bool _online;

  /// Exists while anything listens.
  AppLifecycleListener? _lifecycle;

  @override
  bool get isOnline => _online;

  /// Passes on a change of the network. The same state again does nothing.
  void setOnline(bool online) {
    if (online == _online) return;
    _online = online;
    _tell(online ? ConnectivityEvent.online : ConnectivityEvent.offline);
  }

  @override
  void Function() subscribe(void Function(ConnectivityEvent event) listener) {
    // The same function can subscribe twice: each subscription ends by itself.
    void entry(ConnectivityEvent event) => listener(event);
    _listeners.add(entry);
    _lifecycle ??= AppLifecycleListener(
      onResume: () => _tell(ConnectivityEvent.resume),
    );
    return () {
      _listeners.remove(entry);
      if (_listeners.isNotEmpty) return;
      _lifecycle?.dispose();
      _lifecycle = null;
    };
  }

  void _tell(ConnectivityEvent event) {
    for (final listener in List.of(_listeners)) {
      listener(event);
    }
  }
}
