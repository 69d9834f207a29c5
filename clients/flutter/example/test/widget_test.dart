import 'package:flutter_test/flutter_test.dart';
import 'package:layermint_example/main.dart';

void main() {
  testWidgets('asks for a demo user first', (tester) async {
    await tester.pumpWidget(const ExampleApp());
    expect(find.text('Sign in'), findsWidgets);
    expect(find.text('alice'), findsOneWidget);
  });
}
