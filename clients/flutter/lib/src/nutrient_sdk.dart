// Everything that depends on Nutrient's SDK. Read from the sources of nutrient_flutter 6.0.0 (4 August 2026):
// package:nutrient_flutter/bindings.dart, NutrientInstantView, NutrientInstantController, NutrientEvent.
import 'dart:async';

import 'package:flutter/foundation.dart';
import 'package:flutter/widgets.dart';
import 'package:nutrient_flutter/bindings.dart';

import 'instant_sdk.dart';

/// Nutrient's Flutter SDK, from version 6.0.0.
///
/// Its `NutrientInstantController` has no method that takes a new token, so every new token needs a new view. The SDK reports
/// failed authentication on iOS alone: its Android view does not emit `InstantAuthFailedEvent`, and its web view has no controller.
class NutrientSdk implements InstantSdk {
  const NutrientSdk({this.configuration, this.onControllerReady});

  final NutrientViewConfiguration? configuration;

  /// Called with the controller of each new view. Never called on the web.
  final void Function(NutrientInstantController controller)? onControllerReady;

  @override
  bool get reportsFailedAuthentication =>
      !kIsWeb && defaultTargetPlatform == TargetPlatform.iOS;

  @override
  Widget build(BuildContext context, InstantSlot slot) => _NutrientView(
    key: slot.key,
    slot: slot,
    configuration: configuration,
    onControllerReady: onControllerReady,
  );
}

class _NutrientView extends StatefulWidget {
  const _NutrientView({
    required super.key,
    required this.slot,
    required this.configuration,
    required this.onControllerReady,
  });

  final InstantSlot slot;
  final NutrientViewConfiguration? configuration;
  final void Function(NutrientInstantController controller)? onControllerReady;

  @override
  State<_NutrientView> createState() => _NutrientViewState();
}

class _NutrientViewState extends State<_NutrientView> {
  StreamSubscription<NutrientEvent>? _events;

  @override
  void dispose() {
    unawaited(_events?.cancel());
    super.dispose();
  }

  void _onControllerReady(NutrientInstantController controller) {
    if (!mounted) return;
    unawaited(_events?.cancel());
    // The controller keeps events until the first listener comes, so none is missed.
    _events = controller.events.listen(_onEvent);
    widget.onControllerReady?.call(controller);
  }

  // On iOS, the SDK observes these notifications of all documents together. With several documents open, the failed authentication
  // of one is reported for each of them. Each then takes a newer token, at the price of a new view.
  void _onEvent(NutrientEvent event) {
    switch (event) {
      case InstantAuthFailedEvent():
        widget.slot.onAuthenticationFailed();
      case InstantAuthFinishedEvent():
      case InstantSyncFinishedEvent():
        widget.slot.onWorking();
      default:
        break;
    }
  }

  @override
  Widget build(BuildContext context) =>
      NutrientInstantView<NutrientInstantController>(
        serverUrl: widget.slot.serverUrl,
        jwt: widget.slot.jwt,
        configuration: widget.configuration,
        onControllerReady: _onControllerReady,
      );
}
