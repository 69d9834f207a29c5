import 'package:layermint/src/requests.dart';
import 'package:layermint/src/server_time.dart';
import 'package:layermint/testing.dart';
import 'package:test/test.dart';

void main() {
  late ManualClock clock;
  late Time time;

  setUp(() {
    clock = ManualClock();
    time = Time(clock);
  });

  test('Sleep counts as time that has passed', () async {
    final Mark start = time.mark();
    await clock.jump(const Duration(minutes: 5));
    expect(time.since(start), 300000);
  });

  test('A wall clock that is set back changes nothing', () async {
    final Mark start = time.mark();
    await clock.advance(const Duration(seconds: 10));
    await clock.jump(const Duration(minutes: -20));
    expect(time.since(start), 10000);
  });

  test('A timer runs once its time has passed, and not before', () async {
    int runs = 0;
    time.after(1000, () => runs += 1);
    await clock.advance(const Duration(milliseconds: 999));
    expect(runs, 0);
    await clock.advance(const Duration(milliseconds: 1));
    expect(runs, 1);
    expect(clock.timers, 0);
  });

  test('A timer longer than platforms take is split', () async {
    int runs = 0;
    time.after(0x7fffffff + 5000, () => runs += 1);
    await clock.advance(const Duration(milliseconds: 0x7fffffff + 4999));
    expect(runs, 0);
    await clock.advance(const Duration(milliseconds: 1));
    expect(runs, 1);
  });

  test('A cancelled timer does not run, also after its first part', () async {
    int runs = 0;
    final void Function() cancel = time.after(
      0x7fffffff + 5000,
      () => runs += 1,
    );
    await clock.advance(const Duration(milliseconds: 0x7fffffff));
    cancel();
    await clock.advance(const Duration(hours: 1));
    expect(runs, 0);
    expect(clock.timers, 0);
  });

  test('An HTTP date is read, and any other text is not', () {
    expect(
      parseHttpDate('Sat, 31 Jan 2026 12:00:00 GMT'),
      DateTime.utc(2026, DateTime.january, 31, 12).millisecondsSinceEpoch,
    );
    expect(parseHttpDate(null), isNull);
    expect(parseHttpDate('2026-01-31T12:00:00Z'), isNull);
    expect(parseHttpDate('Sat, 31 Abc 2026 12:00:00 GMT'), isNull);
  });
}
