import { afterAll, describe, expect, test } from 'vitest';
import { cleanUp } from './harness.ts';
import { conversion, type Said, WITNESS } from './said.ts';

// Each doubt that questions leave open, with the built command: as it is held without --witness, and what ends it.

afterAll(cleanUp);

const ROOM = { timeout: 120_000 };
const [SIP8, OLD_JAVA, SCCP42] = ['P0S3-08-11-00', 'SCCP41.8-3-2S', 'SCCP42.9-4-2SR3-1S'];

describe('a Java phone on SCCP that runs its target already', ROOM, () => {
  const phone: Said = { model: '7942', load: SCCP42, target: SCCP42, firmware: [SCCP42], isSwitched: true };

  test.each([
    ['goes to a call manager', ['--register']],
    ['shows its page', ['--page-port', '8082']],
  ])('is held without a witness, though it %s', async (_, more) => {
    const { end } = await conversion({ ...phone, phone: more });
    expect(end).toMatchObject({ event: 'phone.held', code: 'P_TRIGGER_NOT_TAKEN' });
  });
});

describe('a phone of which nobody says whether it is a 7940 or an old Java phone, on a list for a 7940', ROOM, () => {
  const phone: Said = { isModelUnsaid: true, model: '7941', load: OLD_JAVA, target: SIP8, firmware: [SIP8] };

  test('is held without a witness: it does not come for what it is named', async () => {
    const { end } = await conversion({ ...phone, phone: ['--register'], isSwitched: true });
    expect(end).toMatchObject({ event: 'phone.held', code: 'P_TRIGGER_NOT_TAKEN' });
  });

  test.each([
    ['its call manager', ['--register'], /its SCCP registration at 127\./],
    ['its page', ['--page-port', '8083', '--knob', 'sepPollSeconds=1500'], /its page at 127\./],
  ])('says by %s that it is a Java phone, and is held for that', async (_, more, words) => {
    const port = more[0] === '--page-port' ? ['--witness-page', String(more[1])] : [];
    const { end, events } = await conversion({ ...phone, phone: more, serve: [...WITNESS, ...port] });
    expect(end).toMatchObject({ event: 'phone.held', code: 'E_WRONG_FAMILY' });
    expect(end.reason).toContain(OLD_JAVA);
    const said = events.find(({ finding }) => finding === 'witness');
    expect(said?.reason).toMatch(words);
  });
});

describe('a 7940 on SIP 8.x that runs its target already', ROOM, () => {
  const phone: Said = { model: '7940', load: SIP8, target: SIP8, firmware: [SIP8], phone: ['--register'] };

  test.each([
    ['without a witness', []],
    ['with one, too: every 8.x says 8.0', WITNESS],
  ])('is held %s', async (_, serve) => {
    const { end } = await conversion({ ...phone, serve });
    expect(end).toMatchObject({ event: 'phone.held', code: 'P_MANIFEST_LOOP' });
  });
});
