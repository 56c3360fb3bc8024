import { expect, test } from 'vitest';
import { exchangeableRoot } from '../../src/adapters/tree/exchangeable-root.ts';
import { describeEvent, isNews } from '../../src/cli/output/event-text.ts';
import type { Configurations } from '../../src/ports/configurations.ts';
import type { StaticRoot } from '../../src/ports/static-root.ts';
import { archivesOf } from '../support/model-phone.ts';
import { PACKAGES } from '../support/packages.ts';
import { A, MAC, Told } from './told-bench.ts';

// A landed phone asks for its own file again and again. Where it does not get it, somebody is told what is the matter, once, and what helps.

const SIP8 = 'P0S3-08-11-00';
const JAVA = 'SIP42.9-3-1SR4-1S';
const HUNT = ['CTLSEP<MAC>.tlv', 'SEP<MAC>.cnf.xml', 'SIP<MAC>.cnf', `${SIP8}.loads`];
const LIST = ['CTLSEP<MAC>.tlv', 'ITLSEP<MAC>.tlv', 'ITLFile.tlv', 'SEP<MAC>.cnf.xml'];
const LINES = 'image_version: LOAD\nline1_name: "201"\n';

const MADE: Configurations = {
  file: ({ load }, { name }) =>
    name === `SIP${MAC}.cnf`
      ? { content: new TextEncoder().encode(LINES.replace('LOAD', load)), words: 'configuration (account 201)' }
      : null,
};
/** No configuration can be made for a phone that has this file for itself. */
function noneFor(own: string): Configurations {
  const none = { reason: 'it has no configuration: 9 lines are too many', advice: 'loadstep explain E_BAD_ACCOUNT' };
  return { file: (_, { name }) => (name === own ? { ...none, fault: 'not-made' } : null) };
}

async function landed(options: { configurations?: Configurations; staticRoot?: StaticRoot } = {}): Promise<Told> {
  const told = new Told(PACKAGES, options);
  await told.bench.start();
  told.enrol(SIP8, null, '7940');
  told.bench.addresses.tell(A, MAC);
  await told.boot(HUNT.slice(0, 3));
  await told.boot([...HUNT, `${SIP8}.sb2`]);
  await told.boot([...HUNT, 'SIPDefault.cnf', 'SIP<MAC>.cnf']);
  expect(told.report().state).toBe('landed');
  return told;
}

/** What a server says at a terminal, each line once. */
function newsOf(told: Told): readonly string[] {
  return [...told.bench.store.history({ mac: MAC })].filter(isNews).map(describeEvent);
}

test('a landed phone that was up before the server came, and is refused its configuration at each poll, is to be restarted once', async () => {
  const told = await landed();
  await told.bench.restart(60_000, { configurations: MADE });
  await told.boot(['SIPDefault.cnf', 'SIP<MAC>.cnf', 'RINGLIST.DAT']);
  for (let poll = 0; poll < 5; poll++) expect(await told.boot(['SIP<MAC>.cnf'])).toEqual([null]);
  const { state, reason, advice } = told.report();
  expect(state).toBe('landed');
  expect(reason).toMatch(
    /^its configuration \(SIP\S+\.cnf\) is not given to it: the beginning of this boot was not heard/,
  );
  expect(advice).toMatch(/^restart it once: when its screen is idle .*unplug its power for ten seconds/);
  expect(
    newsOf(told).filter((line) => /What to do: restart it once/.test(line) && line.includes(`SIP${MAC}.cnf`)),
  ).toHaveLength(1);
  const given = await told.boot([...HUNT, 'SIPDefault.cnf', 'SIP<MAC>.cnf']);
  expect(given.at(-1)).toContain('line1_name');
  expect(told.report()).toMatchObject({ state: 'landed', reason: null });
});

test.each([
  ['a 7940', SIP8, [...HUNT, 'SIPDefault.cnf', 'SIP<MAC>.cnf']],
  ['a Java phone', JAVA, LIST],
])('that no configuration can be made for %s is told in its status, and once as news', async (_, target, boot) => {
  const told = target === SIP8 ? await landed() : new Told(PACKAGES);
  if (target === JAVA) {
    await told.bench.start();
    told.enrol(JAVA, 'SIP42.8-5-2S', '7942');
    told.bench.addresses.tell(A, MAC);
    await told.boot([...LIST, `${JAVA}.loads`, ...archivesOf(JAVA)]);
    await told.boot(LIST);
    await told.boot(LIST);
  }
  await told.bench.restart(1_000, {
    configurations: noneFor((target === SIP8 ? 'SIP<MAC>.cnf' : 'SEP<MAC>.cnf.xml').replace('<MAC>', MAC)),
  });
  for (let n = 0; n < 3; n++) await told.boot(boot);
  expect(told.report()).toMatchObject({ state: 'landed', code: null });
  expect(told.report().reason).toMatch(
    /^its configuration \(\S+\) is not given to it: it has no configuration: 9 lines are too many$/,
  );
  expect(told.report().advice).toMatch(/loadstep explain E_BAD_ACCOUNT.*then restart the phone/);
  expect(newsOf(told).filter((line) => line.includes('9 lines are too many'))).toHaveLength(1);
});

const EMPTY: StaticRoot = {
  start: async () => {},
  stop: async () => {},
  read: async () => null,
  has: async () => false,
  survey: async () => ({ loads: [], unreadable: [] }),
};

test('nothing of that is told where no tree is given out, and it is told from the moment on in which one is', async () => {
  const told = await landed();
  const root = exchangeableRoot(null);
  await told.bench.restart(1_000, { staticRoot: root });
  await told.boot([...HUNT, 'SIPDefault.cnf', 'SIP<MAC>.cnf']);
  expect(told.report().reason).toBeNull();
  root.exchange(EMPTY);
  await told.boot(['SIP<MAC>.cnf']);
  expect(told.report().reason).toContain('does not lie in the tree of --root');
});

test('a landed phone whose own file does not lie in the tree is told of with that', async () => {
  const told = await landed();
  await told.bench.restart(1_000, { staticRoot: EMPTY });
  for (let n = 0; n < 3; n++) await told.boot([...HUNT, 'SIPDefault.cnf', 'SIP<MAC>.cnf']);
  expect(told.report().reason).toBe(
    `SIP${MAC}.cnf does not lie in the tree of --root, so the phone is given its load and no line`,
  );
  expect(told.report().advice).toMatch(
    /put it there, or keep an account for the phone and start the server with --configure; then restart the phone/,
  );
  expect(newsOf(told).filter((line) => line.includes('does not lie in the tree'))).toHaveLength(1);
});
