import 'dart:async';

import 'package:flutter/material.dart';

import 'document_page.dart';
import 'session.dart';

/// Signs in a demo user of the local stack.
class LoginPage extends StatefulWidget {
  const LoginPage({super.key});

  @override
  State<LoginPage> createState() => _LoginPageState();
}

class _LoginPageState extends State<LoginPage> {
  final TextEditingController _api = TextEditingController(text: defaultApi);
  final TextEditingController _user = TextEditingController(text: 'alice');
  bool _busy = false;
  String? _error;

  @override
  void dispose() {
    _api.dispose();
    _user.dispose();
    super.dispose();
  }

  Future<void> _signIn() async {
    setState(() {
      _busy = true;
      _error = null;
    });
    try {
      final session = await Session.signIn(_api.text.trim(), _user.text.trim());
      if (!mounted) return;
      unawaited(
        Navigator.of(context).pushReplacement<void, void>(
          MaterialPageRoute<void>(
            builder: (context) => DocumentsPage(session: session),
          ),
        ),
      );
    } on Object catch (error) {
      if (!mounted) return;
      setState(() {
        _busy = false;
        _error = '$error';
      });
    }
  }

  @override
  Widget build(BuildContext context) {
    final error = _error;
    return Scaffold(
      appBar: AppBar(title: const Text('Sign in')),
      body: ListView(
        padding: const EdgeInsets.all(24),
        children: <Widget>[
          TextField(
            controller: _api,
            keyboardType: TextInputType.url,
            decoration: const InputDecoration(labelText: 'Layermint API'),
          ),
          TextField(
            controller: _user,
            decoration: const InputDecoration(
              labelText: 'Demo user',
              helperText: 'alice, bob or carol; mallory has no document',
            ),
          ),
          const SizedBox(height: 24),
          FilledButton(
            onPressed: _busy ? null : () => unawaited(_signIn()),
            child: const Text('Sign in'),
          ),
          if (error != null)
            Padding(
              padding: const EdgeInsets.only(top: 24),
              child: Text(error),
            ),
        ],
      ),
    );
  }
}

/// Lists the layers that the user can open.
class DocumentsPage extends StatefulWidget {
  const DocumentsPage({super.key, required this.session});

  final Session session;

  @override
  State<DocumentsPage> createState() => _DocumentsPageState();
}

class _DocumentsPageState extends State<DocumentsPage> {
  late Future<List<OpenableLayer>> _documents = widget.session.documents();

  void _reload() {
    setState(() {
      _documents = widget.session.documents();
    });
  }

  // This page has no document open, so the SDK can remove its copies.
  Future<void> _signOut() async {
    final messenger = ScaffoldMessenger.of(context);
    final navigator = Navigator.of(context);
    try {
      await widget.session.signOut();
    } on Object catch (error) {
      messenger.showSnackBar(SnackBar(content: Text('$error')));
    }
    unawaited(
      navigator.pushReplacement<void, void>(
        MaterialPageRoute<void>(builder: (context) => const LoginPage()),
      ),
    );
  }

  void _open(OpenableLayer layer) {
    unawaited(
      Navigator.of(context).push<void>(
        MaterialPageRoute<void>(
          builder:
              (context) => DocumentPage(session: widget.session, layer: layer),
        ),
      ),
    );
  }

  @override
  Widget build(BuildContext context) => Scaffold(
    appBar: AppBar(
      title: Text('Documents of ${widget.session.user}'),
      actions: <Widget>[
        IconButton(
          tooltip: 'Reload',
          icon: const Icon(Icons.refresh),
          onPressed: _reload,
        ),
        IconButton(
          tooltip: 'Sign out',
          icon: const Icon(Icons.logout),
          onPressed: () => unawaited(_signOut()),
        ),
      ],
    ),
    body: FutureBuilder<List<OpenableLayer>>(
      future: _documents,
      builder: (context, snapshot) {
        if (snapshot.connectionState != ConnectionState.done) {
          return const Center(child: CircularProgressIndicator());
        }
        final layers = snapshot.data;
        if (layers == null) return Center(child: Text('${snapshot.error}'));
        if (layers.isEmpty) {
          return const Center(child: Text('No document is shared with you.'));
        }
        return ListView.builder(
          itemCount: layers.length,
          itemBuilder: (context, index) {
            final layer = layers[index];
            return ListTile(
              title: Text(layer.documentId),
              subtitle: Text(
                layer.layer.isEmpty ? 'default layer' : layer.layer,
              ),
              onTap: () => _open(layer),
            );
          },
        );
      },
    ),
  );
}
