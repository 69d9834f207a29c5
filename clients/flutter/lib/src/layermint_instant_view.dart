import 'package:flutter/foundation.dart';
import 'package:flutter/widgets.dart';
import 'package:layermint/layermint.dart';

import 'document_session.dart';
import 'instant_sdk.dart';
import 'nutrient_sdk.dart';
import 'view_state.dart';

/// Builds the widget for a state in which the document is not shown. [retry] asks for a token again, from the start.
typedef LayermintStateBuilder =
    Widget Function(
      BuildContext context,
      LayermintViewState state,
      VoidCallback retry,
    );

/// Opens a document with a token of [source], and gives the SDK new tokens for as long as the widget is mounted.
///
/// The SDK gets a new view only when it needs a new token: after it reported failed authentication, or when the token in use expired
/// on a platform that does not report it. A new view opens the document again. It is expected to start at the first page, and to sync
/// the changes in the SDK's local copy. Neither was tried on a device.
///
/// The widget closes its watch when it is unmounted. It never closes [source]: that belongs to the app.
class LayermintInstantView extends StatefulWidget {
  const LayermintInstantView({
    super.key,
    required this.source,
    required this.documentId,
    this.layer,
    this.privateLayer,
    this.permissions,
    this.ttlSeconds,
    this.defaultGroup,
    this.user,
    this.builder,
    this.onToken,
    this.onError,
    this.sdk = const NutrientSdk(),
  });

  final TokenSource source;
  final String documentId;

  /// Name of an Instant layer. Null or empty is the default layer.
  final String? layer;

  /// True opens the user's own layer. Excludes [layer].
  final bool? privateLayer;

  /// Fewer permissions than the user has. Null: all of them.
  final List<String>? permissions;

  /// A shorter life of each token, in seconds. Null: the service decides.
  final int? ttlSeconds;

  final String? defaultGroup;

  /// Any stable text for the signed-in user. When it changes, the widget starts again from nothing.
  final String? user;

  /// Draws the states in which the document is not shown. Null shows plain text, for development.
  final LayermintStateBuilder? builder;

  /// Called with each token that the SDK gets. Keep its `serverUrl` to remove the copies on the device at sign-out.
  final void Function(Token token)? onToken;

  /// Called with each error, also while the document is shown. Errors that are not final are tried again.
  final void Function(LayermintException error)? onError;

  /// The SDK that shows the document.
  final InstantSdk sdk;

  @override
  State<LayermintInstantView> createState() => _LayermintInstantViewState();
}

class _LayermintInstantViewState extends State<LayermintInstantView> {
  late final AppLifecycleListener _lifecycle;
  late DocumentSession _session;

  /// A part of the key, so that no view of an earlier document is taken over.
  int _sessions = 0;

  @override
  void initState() {
    super.initState();
    _lifecycle = AppLifecycleListener(onResume: () => _session.resumed());
    _open();
  }

  @override
  void didUpdateWidget(LayermintInstantView oldWidget) {
    super.didUpdateWidget(oldWidget);
    if (!_opensTheSame(oldWidget)) {
      _close();
      _open();
    }
  }

  @override
  void dispose() {
    _lifecycle.dispose();
    _close();
    super.dispose();
  }

  bool _opensTheSame(LayermintInstantView old) =>
      identical(old.source, widget.source) &&
      old.documentId == widget.documentId &&
      (old.layer ?? '') == (widget.layer ?? '') &&
      (old.privateLayer ?? false) == (widget.privateLayer ?? false) &&
      listEquals(old.permissions, widget.permissions) &&
      old.ttlSeconds == widget.ttlSeconds &&
      old.defaultGroup == widget.defaultGroup &&
      old.user == widget.user;

  void _open() {
    _sessions += 1;
    _session = DocumentSession(
      source: widget.source,
      request: TokenRequest(
        documentId: widget.documentId,
        layer: widget.layer,
        privateLayer: widget.privateLayer,
        permissions: widget.permissions,
        ttlSeconds: widget.ttlSeconds,
        defaultGroup: widget.defaultGroup,
      ),
      sdkReportsExpiry: widget.sdk.reportsFailedAuthentication,
      onToken: _onToken,
      onError: _onError,
    );
    _session.addListener(_onChange);
  }

  void _close() {
    _session.removeListener(_onChange);
    _session.dispose();
  }

  void _onToken(Token token) {
    if (mounted) widget.onToken?.call(token);
  }

  void _onError(LayermintException error) {
    if (mounted) widget.onError?.call(error);
  }

  void _onChange() {
    if (mounted) setState(() {});
  }

  @override
  Widget build(BuildContext context) {
    return switch (_session.state) {
      final ViewReady ready => widget.sdk.build(context, _slot(ready)),
      final other => _placeholder(context, other),
    };
  }

  InstantSlot _slot(ViewReady ready) {
    final session = _session;
    final generation = ready.generation;
    return InstantSlot(
      key: ValueKey<String>('layermint-$_sessions-$generation'),
      serverUrl: ready.token.serverUrl,
      jwt: ready.token.jwt,
      onWorking: () => session.working(generation),
      onAuthenticationFailed: () => session.authenticationFailed(generation),
      onLoadFailed: (failure) => session.loadFailed(generation, failure),
      onCanReauthenticate:
          (reauthenticate) =>
              session.canReauthenticate(generation, reauthenticate),
    );
  }

  Widget _placeholder(BuildContext context, LayermintViewState state) {
    final builder = widget.builder;
    if (builder != null) return builder(context, state, _session.retry);
    final text = switch (state) {
      ViewWaiting() || ViewReady() => 'Opening the document ...',
      ViewOffline() => 'The device is offline.',
      ViewRefused(:final error) => error.message,
      ViewFailed(:final failure) => failure.message,
    };
    return Center(child: Text(text, textDirection: TextDirection.ltr));
  }
}
