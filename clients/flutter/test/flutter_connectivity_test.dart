import 'package:flutter/widgets.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:layermint/layermint.dart';
import 'package:layermint_flutter/layermint_flutter.dart';

void main() {
  final binding = TestWidgetsFlutterBinding.ensureInitialized();

  void leaveAndComeBack() {
    binding.handleAppLifecycleStateChanged(AppLifecycleState.inactive);
    binding.handleAppLifecycleStateChanged(AppLifecycleState.resumed);
  }

  test('tells its listeners that the app came back', () {
    final connectivity = flutterConnectivity();
    final events = <ConnectivityEvent>[];
    final stop = connectivity.subscribe(events.add);
    leaveAndComeBack();
    expect(events, <ConnectivityEvent>[ConnectivityEvent.resume]);

    stop();
    leaveAndComeBack();
    expect(events, hasLength(1));
  });

  test('passes on changes of the network, each once', () {
    final connectivity = flutterConnectivity();
    final events = <ConnectivityEvent>[];
    final stop = connectivity.subscribe(events.add);
    connectivity.setOnline(true);
    connectivity.setOnline(false);
    connectivity.setOnline(false);
    expect(connectivity.isOnline, isFalse);
    connectivity.setOnline(true);
    expect(events, <ConnectivityEvent>[
      ConnectivityEvent.offline,
      ConnectivityEvent.online,
    ]);
    stop();
  });

  test('keeps the other listeners when one stops', () {
    final connectivity = flutterConnectivity();
    final events = <ConnectivityEvent>[];
    final stopFirst = connectivity.subscribe((event) {});
    final stopSecond = connectivity.subscribe(events.add);
    stopFirst();
    stopFirst();
    leaveAndComeBack();
    expect(events, hasLength(1));
    stopSecond();
  });
}
