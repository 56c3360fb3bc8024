import { afterAll, describe, expect, test } from 'vitest';
import { run } from './child.ts';
import { cleanUp, drive, firmwareStore, newFolder } from './harness.ts';
import { ROADS } from './roads.ts';
import { expectTrueStory } from './story.ts';

afterAll(cleanUp);

/** The two mistakes that people make with a phone on SCCP 3.x, which cost them the phone's patience and their own. */
const MISTAKES = ['P0S3-08-2-00', 'P0S3-07-4-00'];

describe.concurrent('on a clean network', () => {
  for (const road of ROADS) {
    test(road.title, { timeout: 120_000 }, async () => expectTrueStory(await drive(road), road));
  }

  test.each(MISTAKES)(
    'a 7940 on SCCP 3.3 is not offered %s without the step between, and told what that needs',
    async (target) => {
      const driven = await drive({ model: '7940', load: 'P00303030300', target, firmware: [target] });
      expect(driven.exitCode).toBe(4);
      const held = driven.history.findLast((row) => row.event === 'phone.held');
      expect(held).toMatchObject({ state: 'held', code: 'E_FILES_MISSING', hop: 0, target });
      expect(held?.reason).toContain('P0S3-06-3-00');
      expect(held?.advice).toContain('P0S3-06-3-00');
      expect(driven.phone.filter((line) => line.event === 'load.shown')).toEqual([]);
      expect(driven.history.filter((row) => row.event === 'load.offered')).toEqual([]);
    },
  );

  test.each(MISTAKES)('%s is refused for a stated SCCP 3.3 before a server is opened', async (target) => {
    const store = await firmwareStore([target]);
    const folder = await newFolder('refused');
    const words = ['--from', 'P00303030300', '--target', target, '--model', '7940', '--firmware', store, '--json'];
    const plan = await run(['plan', ...words], folder);
    expect(plan.code).toBe(3);
    expect(plan.lines).toHaveLength(1);
    expect(plan.lines[0]).toMatchObject({
      ready: false,
      code: 'E_FILES_MISSING',
      missing: [{ load: 'P0S3-06-3-00', name: 'P0S3-06-3-00.bin' }],
    });
    expect(plan.lines[0]?.reasons).toContainEqual(expect.stringContaining('in one step'));
    const place = ['--mac', '0018B9C0FFEE', '--listen', '127.0.0.1:0', '--db', `${folder}/loadstep.db`];
    const upgrade = await run(['upgrade', ...words, ...place], folder);
    expect(upgrade.code).toBe(3);
    expect(upgrade.lines.filter((line) => line.event === 'server.listening')).toEqual([]);
    expect(upgrade.stderr).toContain('in one step');
  });
});
