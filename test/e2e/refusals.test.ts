import { afterAll, describe, expect, test } from 'vitest';
import { cleanUp, drive, type Road } from './harness.ts';
import { expectTrueStory, runsAtTheEnd, taken } from './story.ts';

afterAll(cleanUp);

const [SIP5, SIP8, SIP42] = ['P0S3-05-3-00', 'P0S3-08-11-00', 'SIP42.9-3-1SR4-1S'];

/** Phones that refuse what they are offered endlessly, and how they must be held. */
const REFUSING: readonly (Road & { title: string; code: string; advice: RegExp; file: RegExp; most: number })[] = [
  {
    title: 'a loader that refuses every signature',
    ...{ model: '7940', load: 'P003-08-11-00', target: SIP8, firmware: [SIP5, SIP8] },
    phone: ['--reject-signatures', '1000'],
    ...{ code: 'P_MANIFEST_LOOP', advice: /enroll --mac [0-9A-F]{12} --target/, file: /\.loads$/, most: 4 },
  },
  {
    title: 'a phone with a loader that refuses every signature, and of which nobody says what it runs',
    ...{ model: '7940', load: 'P0S3-08-2-00', target: SIP8, firmware: [SIP8] },
    phone: ['--reject-signatures', '1000'],
    ...{ code: 'P_MANIFEST_LOOP', advice: /on its display.*--from P0S3-08-11-00/, file: /\.loads$/, most: 4 },
  },
  {
    title: 'a signed SIP phone that refuses every signature',
    ...{ model: '7940', load: SIP5, target: SIP8, firmware: [SIP5, 'P0S3-08-2-00', SIP8] },
    phone: ['--reject-signatures', '1000'],
    ...{ code: 'P_IMAGE_AUTHENTICATION_FAILED', advice: /firmware verify/, file: /\.sbn$/, most: 8 },
  },
];

describe.concurrent('a phone that refuses', () => {
  test.each(REFUSING)('$title is held, and never said to have landed', { timeout: 120_000 }, async (road) => {
    const { exitCode, history, ...driven } = await drive(road);
    const held = history.filter((row) => row.event === 'phone.held');
    expect(held).toHaveLength(1);
    expect(held[0]).toMatchObject({ state: 'held', code: road.code, hop: 1 });
    expect(held[0]?.hops).toBeGreaterThan(0);
    expect(held[0]?.advice).toMatch(road.advice);
    expect(exitCode).toBe(4);
    expect(history.filter((row) => row.event === 'phone.landed')).toEqual([]);
    const asked = history.filter((row) => row.event === 'file.requested' && road.file.test(String(row.file)));
    expect(asked.length).toBeLessThanOrEqual(road.most);
    expect(runsAtTheEnd({ exitCode, history, ...driven })).toBe(road.load);
  });

  test('a Java phone that ignores its own file lands by the default, with what it took', {
    timeout: 120_000,
  }, async () => {
    const road: Road = {
      ...{ model: '7942', load: 'SCCP42.8-5-2S', target: SIP42, firmware: [SIP42], upgrade: ['--model', '7942'] },
      phone: ['--ignore-trigger', 'SEP*'],
    };
    const driven = await drive(road);
    expect(taken(driven)).toHaveLength(5);
    expectTrueStory(driven, { target: SIP42, hops: [SIP42], images: taken(driven) as string[] });
  });
});
