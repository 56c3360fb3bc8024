import { createSocket } from 'node:dgram';
import { afterEach, expect, test } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import { formOf } from './forms.ts';
import { type Manners, type OwnAgent, ownAgent } from './own-agent.ts';
import { walkingWith } from './walking.ts';

const FORM = {
  kind: 'netgear',
  ports: 8,
  phones: [{ port: 2, mac: '0018B9000002', model: '7962', load: 'SIP42.9-3-1SR4-1S' }],
} as const;

const agents: OwnAgent[] = [];
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.stop();
});

async function agentWith(manners: Manners): Promise<OwnAgent> {
  const agent = await ownAgent(formOf(FORM));
  agent.manners = manners;
  agents.push(agent);
  return agent;
}

const failureOf = (walk: Promise<unknown>) =>
  walk.then(
    () => null,
    (error: unknown) => error as AppError,
  );

test('a switch that answers nothing is told so, with what to look at', async () => {
  const error = await failureOf(walkingWith(await agentWith({ isSilent: true })));
  expect(error).toMatchObject({ code: 'E_SWITCH_SILENT', exitCode: 2 });
  expect(error?.message).toMatch(/a wrong one gets no answer/);
});

test('a wrong community gets no answer, and is not in the message', async () => {
  const secret = { community: 'most-secret', authKey: null, privKey: null };
  const error = await failureOf(walkingWith(await agentWith({}), { secret }));
  expect(error).toMatchObject({ code: 'E_SWITCH_SILENT' });
  expect(error?.message).not.toContain('most-secret');
});

test('an answer under another community is refused without naming either', async () => {
  const instead = (_: Buffer, right: Buffer) =>
    Buffer.from(right.toString('latin1').replace('public', 'PUBLIC'), 'latin1');
  const error = await failureOf(walkingWith(await agentWith({ instead })));
  expect(error).toMatchObject({ code: 'E_SWITCH_ANSWER' });
  expect(error?.message.toLowerCase()).not.toContain('public');
});

test('a table whose next name is not behind the one before is not read for ever', async () => {
  expect(await failureOf(walkingWith(await agentWith({ standsStill: true })))).toMatchObject({
    code: 'E_SWITCH_ANSWER',
  });
});

test.each(['flat', 'deeper'] as const)(
  'a table without an end (%s) ends: the walk has its time, and a column its rows',
  async (endless) => {
    const agent = await agentWith({ endless });
    const began = performance.now();
    const ended = await walkingWith(agent, {}, 1_500).catch((error: unknown) => error);
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(agent.asked()).toBeGreaterThan(5);
    if (ended instanceof AppError) expect(ended.code).toBe('E_SWITCH_ANSWER');
    else
      expect(ended).toMatchObject({
        seen: { lacks: expect.arrayContaining([expect.stringMatching(/the rest was left out/)]) },
      });
  },
);

test('datagrams that cannot be read are passed over, and the right answer counts', async () => {
  const instead = (_: Buffer, right: Buffer) => [
    Buffer.alloc(0),
    Buffer.from('30820000', 'hex'),
    Buffer.alloc(1_400, 0xff),
    right,
  ];
  const { seen } = await walkingWith(await agentWith({ instead }));
  expect(seen.ports[1]).toMatchObject({ neighbours: [{ load: 'SIP42.9-3-1SR4-1S' }] });
});

test("what comes from another port than the switch's is no answer", async () => {
  const via = createSocket('udp4');
  await new Promise<void>((resolve) => via.bind(0, '127.0.0.1', resolve));
  const agent = await agentWith({ via });
  expect(await failureOf(walkingWith(agent))).toMatchObject({ code: 'E_SWITCH_SILENT' });
  expect(agent.asked()).toBeGreaterThan(0);
  await new Promise<void>((resolve) => void via.close(() => resolve()));
});

test('answers that are bent anywhere bring nothing down, and every walk ends', async () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };
  const instead = (_: Buffer, right: Buffer) => {
    const bent = Buffer.from(right);
    for (let n = random(4); n >= 0; n--) bent[random(bent.length)] = random(256);
    return random(3) === 0 ? bent.subarray(0, random(bent.length)) : bent;
  };
  const agent = await agentWith({ instead });
  const ends = await Promise.all(Array.from({ length: 60 }, () => failureOf(walkingWith(agent, {}, 3_000))));
  expect(ends.every((end) => end === null || end instanceof AppError)).toBe(true);
  expect(agent.asked()).toBeGreaterThan(200);
}, 30_000);
