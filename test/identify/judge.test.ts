import { describe, expect, test } from 'vitest';
import { NO_EVIDENCE } from '../../src/core/identify/evidence.ts';
import { duringFlash, judge } from '../../src/core/identify/judge.ts';
import { readPattern } from '../../src/core/identify/pattern.ts';
import { type Proceedings, type Verdict, witnessKind } from '../../src/core/identify/proceedings.ts';
import { EMPTY_TRACE, extendTrace, noteGiven } from '../../src/core/identify/trace.ts';
import { quietWitness } from '../../src/core/identify/verdict-of-silence.ts';
import { classifyName } from '../../src/core/names/asked-name.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { Hop } from '../../src/core/plan/plan.ts';
import { aHop } from '../machines/a-hop.ts';
import { newer, old } from '../plan/store.ts';

// One phone, one request: what it proves of the hop that is under way (the dossiers' tables of landings and refusals).

const MAC = '0018B9C0FFEE';
const [CTL, SEP, SIP] = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`];
const [SIP8, SCCP8, JAVA9] = ['P0S3-08-11-00', 'P0030801SR02', 'SIP42.9-3-1SR4-1S'];
const ITS_OWN = 'SEP<MAC>.cnf.xml';

const sip = old({ generation: 'G3', protocol: 'SIP', load: SIP8 as LoadName });
const APPLICATION = aHop(SIP8, {
  kind: 'application',
  from: [old({ generation: 'G3', running: 'loader' })],
  after: sip,
});
const sccp = old({ generation: 'G3', protocol: 'SCCP', load: SCCP8 as LoadName });
const SCCP_HOP = aHop(SCCP8, { kind: 'application', from: [sip], after: sccp });
const JAVA: Hop = aHop(JAVA9, {
  kind: 'java-load',
  from: [newer({ protocol: 'SCCP' })],
  after: newer({ protocol: 'SIP', load: JAVA9 as LoadName }),
});
const BOOT_LOADER: Hop = { ...JAVA, kind: 'boot-loader', from: [newer({ running: 'boot-loader' })] };
const IMAGE = aHop('P0S3-05-3-00', {
  from: [old({ generation: 'G1', protocol: 'SCCP' })],
  after: old({ generation: 'G2', protocol: 'SIP' }),
});

interface Story extends Partial<Proceedings> {
  readonly hop: Hop;
  /** Names of the present round, the last of them the request that is judged. */
  readonly names: readonly string[];
  /** Names of which the phone was given the file whole. */
  readonly given?: readonly string[];
  readonly everyMs?: number;
}

/** The verdict on the last of some requests, where nothing else is known of the phone. */
function verdict({ names, given = [], everyMs = 1000, ...rest }: Story): Verdict | null {
  let [before, trace] = [EMPTY_TRACE, EMPTY_TRACE];
  let isNewRound = false;
  for (const [i, name] of names.entries()) {
    before = given.reduce((sofar, one) => noteGiven(sofar, one), trace);
    ({ trace, isNewRound } = extendTrace(before, classifyName(name), i * everyMs));
  }
  return judge({
    isElsewhere: false,
    nextImages: [],
    asked: classifyName(names.at(-1) ?? ''),
    isNewRound,
    before,
    trace,
    reading: readPattern(trace, () => null, true),
    isShown: false,
    trigger: ITS_OWN,
    fetched: [],
    fetchedBefore: [],
    broken: null,
    isTaken: false,
    mayBeTaken: rest.isTaken === true,
    showsAll: rest.mayBeTaken ?? rest.isTaken === true,
    lacksImages: false,
    isAllSeen: rest.mayBeTaken ?? rest.isTaken === true,
    wasAsked: false,
    isOther: false,
    gotItsLoader: false,
    hasLoaderAlone: false,
    mayHaveAsked: false,
    isSoon: true,
    wentForIt: false,
    hasFollowed: false,
    wasProven: false,
    vouchedBy: null,
    wasHeard: true,
    isBack: false,
    doesSilenceTell: true,
    ...rest,
  });
}

/** The witnesses of a landing, or the code of a refusal, or what broke off. */
function told(story: Story): string | null {
  const found = verdict(story);
  if (found === null) return null;
  if (found.kind === 'confirmed') return found.witnesses.join(' | ');
  return found.kind === 'denied' ? found.code : `broken ${found.file}`;
}

const MANIFEST = `${SIP8}.loads`;
const IMAGE_FILE = `${SIP8}.sb2`;
const HUNT = [CTL, SEP, SIP];

describe('an application through the loader', () => {
  const whole = { hop: APPLICATION, isTaken: true, fetched: [IMAGE_FILE] };

  test.each(['SIPDefault.cnf', 'sipdefault.CNF'])('that asks %s in the boot of its image runs', (name) => {
    const names = [...HUNT, MANIFEST, IMAGE_FILE, name];
    expect(told({ ...whole, names })).toBe(
      `(a) ${name} after ${SIP8}.loads, without starting over: its application runs`,
    );
  });

  test('has not landed while its image is not whole, and what broke off is named', () => {
    const names = [...HUNT, MANIFEST, IMAGE_FILE, 'SIPDefault.cnf'];
    expect(told({ hop: APPLICATION, names })).toBeNull();
    expect(told({ hop: APPLICATION, names, broken: IMAGE_FILE })).toBe(`broken ${IMAGE_FILE}`);
    // Its last acknowledgement may be all that is missing: the next boot tells.
    expect(told({ hop: APPLICATION, names, mayBeTaken: true })).toBeNull();
    const next = { hop: APPLICATION, names: [MANIFEST, 'SIPDefault.cnf'], mayBeTaken: true };
    expect(told({ ...next, given: [MANIFEST] })).toContain('(a)');
    // Its manifest did not reach it: it may start what it had before.
    expect(told(next)).toBeNull();
  });

  test('is not proven by SIPDefault.cnf at the end of a hunt, which the loader asks as well', () => {
    expect(told({ ...whole, names: [...HUNT, 'SIPDefault.cnf'] })).toBeNull();
    expect(told({ ...whole, names: ['SIPDefault.cnf'] })).toBeNull();
    expect(told({ hop: APPLICATION, isTaken: true, names: [MANIFEST, 'MGCDefault.cnf'] })).toBeNull();
  });

  test.each([[[`MGC${MAC}.cnf`]], [['XMLDefault.cnf.xml']], [[SIP]]])(
    'is not proven by SIPDefault.cnf where %j of a hunt went before it, after the image',
    (tail) => {
      const names = [...HUNT, MANIFEST, IMAGE_FILE, ...tail, 'SIPDefault.cnf'];
      expect(told({ ...whole, names })).toBeNull();
      expect(told({ hop: APPLICATION, names: [MANIFEST, ...tail, 'SIPDefault.cnf'], given: [MANIFEST] })).toBeNull();
    },
  );

  test('that took the manifest whole and no image ran the load already, or refuses it', () => {
    const story = {
      hop: APPLICATION,
      names: [MANIFEST, 'SIPDefault.cnf'],
      given: [MANIFEST],
      vouchedBy: 'operator' as const,
    };
    expect(verdict({ ...story, vouchedBy: null })).toMatchObject({
      kind: 'denied',
      code: 'P_MANIFEST_LOOP',
      mayRunIt: true,
      reason: expect.stringContaining(`either it refuses ${SIP8}, or it runs it already`),
    });
    expect(told(story)).toBe(
      `(a) SIPDefault.cnf after ${SIP8}.loads, which reached it whole, and no image asked for: it ran ${SIP8} already, as was said of it`,
    );
    expect(told({ ...story, vouchedBy: 'record' })).toContain('already, as it was shown to here before');
    expect(told({ ...story, wasAsked: true })).toContain('it took no image any more');
    expect(verdict({ ...story, isOther: true })).toMatchObject({
      kind: 'denied',
      code: 'P_MANIFEST_LOOP',
      reason: expect.stringContaining(`${SIP8}.loads reached the phone whole`),
    });
    expect(told({ ...story, given: [] })).toBeNull();
  });

  test.each<[string, readonly string[], readonly string[]]>([
    ['in this boot', [IMAGE_FILE, IMAGE_FILE.toUpperCase()], []],
    ['before its list began anew', [], [IMAGE_FILE, IMAGE_FILE]],
  ])('whose image was fetched whole twice %s was rejected', (_, fetched, fetchedBefore) => {
    const names = fetched.length > 0 ? [MANIFEST, IMAGE_FILE, 'SIPDefault.cnf'] : ['SIPDefault.cnf'];
    expect(verdict({ hop: APPLICATION, names, fetched, fetchedBefore, isTaken: true })).toMatchObject({
      kind: 'denied',
      code: 'P_APPLICATION_REJECTED',
      reason: expect.stringContaining(`${SIP8}.sb2 was fetched whole twice`),
    });
  });

  test('whose image was fetched twice, but not in one boot, is not rejected', () => {
    const names = [MANIFEST, IMAGE_FILE, 'SIPDefault.cnf'];
    expect(told({ ...whole, names, fetchedBefore: [IMAGE_FILE, IMAGE_FILE] })).toContain('(a)');
    const twice = { fetchedBefore: [IMAGE_FILE, IMAGE_FILE] };
    const next = { ...twice, hop: APPLICATION, isTaken: true, names: [MANIFEST, 'SIPDefault.cnf'], given: [MANIFEST] };
    expect(told(next)).toContain('(a)');
    expect(
      told({ hop: APPLICATION, isTaken: true, names: ['SIPDefault.cnf'], fetchedBefore: [IMAGE_FILE] }),
    ).toBeNull();
    expect(told({ ...whole, fetched: [IMAGE_FILE, 'P003-08-11-00.sbn'], names })).toContain('(a)');
  });

  test('is judged when an application asks, and by no other question', () => {
    const twice = [IMAGE_FILE, IMAGE_FILE];
    for (const name of [IMAGE_FILE, SIP, CTL]) {
      const story = { hop: APPLICATION, names: [MANIFEST, IMAGE_FILE, name], isTaken: true };
      expect(told({ ...story, fetched: twice })).toBeNull();
      expect(told({ ...story, fetched: [IMAGE_FILE], broken: IMAGE_FILE })).toBeNull();
    }
  });

  test('of SCCP that begins its list after a manifest it was given whole ran the load already', () => {
    const names = [CTL, SEP, `${SCCP8}.LOADS`, CTL, SEP, 'XMLDefault.cnf.xml'];
    const story = { hop: SCCP_HOP, names, given: [`${SCCP8}.LOADS`], vouchedBy: 'operator' as const };
    expect(told({ ...story, vouchedBy: null })).toBeNull();
    expect(told(story)).toContain(`which reached it whole, and no image asked for: it ran ${SCCP8} already`);
    expect(told({ ...story, given: [] })).toBeNull();
    expect(told({ ...story, isOther: true })).toBeNull();
    const other = names.map((name) => name.replace(`${SCCP8}.LOADS`, `${SIP8}.loads`));
    expect(told({ ...story, names: other, given: [`${SIP8}.loads`] })).toBeNull();
  });

  test('of SCCP begins a list of its own after its image', () => {
    const names = [`${SCCP8}.sb2`, CTL, SEP, 'XMLDefault.cnf.xml'];
    const story = { hop: SCCP_HOP, names, isShown: true, isTaken: true };
    expect(told({ ...story, names: names.slice(1) })).toBeNull();
    expect(told(story)).toBe(`(a) XMLDefault.cnf.xml after ${SCCP8} was started: its SCCP application runs`);
    expect(told({ ...story, isShown: false })).toBeNull();
    expect(told({ ...story, isTaken: false, mayBeTaken: true })).toBeNull();
    // The loader asks for its SIP and MGCP names before it comes to the default.
    expect(told({ ...story, names: [...HUNT, 'XMLDefault.cnf.xml'] })).toBeNull();
    expect(told({ ...story, names: [CTL, SEP, `MGC${MAC}.cnf`, 'XMLDefault.cnf.xml'] })).toBeNull();
    expect(told({ ...story, names: [CTL, SEP, `${SCCP8}.loads`, 'XMLDefault.cnf.xml'] })).toBeNull();
    expect(told({ ...story, names: [SEP, 'XMLDefault.cnf.xml'] })).toBeNull();
    expect(told({ ...story, names: [CTL, 'XMLDefault.cnf.xml'] })).toBeNull();
    // A SIP application does not begin such a list, so nothing is proven of one.
    expect(told({ ...story, hop: APPLICATION, names: [CTL, SEP, 'dialplan.xml'] })).toBeNull();
  });

  test.each([
    [SCCP_HOP, SCCP8, '7960-font.xml', true],
    [SCCP_HOP, SCCP8, 'RINGLIST.XML', true],
    [SCCP_HOP, SCCP8, 'dialplan.xml', false],
    [APPLICATION, SIP8, '7960-font.xml', false],
    [APPLICATION, SIP8, 'RINGLIST.DAT', false],
  ] as const)('%o: after the manifest of %s, %s proves it: %s', (hop, load, name, isProof) => {
    const names = [`${load}.loads`, `${load}.sb2`, name];
    expect(told({ hop, names, isTaken: true }) !== null).toBe(isProof);
  });

  test('that was taken is proven by a boot which asks the manifest, takes nothing and goes on', () => {
    const boot = [...HUNT, MANIFEST, SIP, CTL];
    const story = { hop: APPLICATION, names: boot, given: [MANIFEST], isTaken: true };
    expect(told(story)).toBe(`(b) a boot that asked ${SIP8}.loads and took no image`);
    expect(told({ ...story, isTaken: false })).toBeNull();
    expect(told({ ...story, given: [] })).toBeNull();
    expect(told({ ...story, wasHeard: false })).toBeNull();
    expect(told({ ...story, isSoon: false })).toBeNull();
    expect(told({ ...story, fetched: [IMAGE_FILE] })).toBeNull();
    expect(told({ ...story, names: boot.slice(0, -1) })).toBeNull();
    expect(told({ ...story, names: [...HUNT, MANIFEST, IMAGE_FILE, CTL] })).toBeNull();
    // Its power may have gone before it asked for the image.
    expect(told({ ...story, names: [...HUNT, MANIFEST, CTL] })).toBeNull();
  });

  test('of SCCP begins a list of its own after the manifest, and so does a loader that starts nothing and hunts anew', () => {
    const whole = `${SCCP8}.loads`;
    const story = { hop: SCCP_HOP, given: [whole], isTaken: true };
    const boot = [CTL, SEP, whole];
    expect(told({ ...story, names: [...boot, CTL] })).toBeNull();
    expect(told({ ...story, names: [...boot, CTL, SEP] })).toBeNull();
    expect(told({ ...story, names: [...boot, ...boot, ...boot, CTL] })).toBeNull();
    expect(told({ ...story, names: [...boot, CTL, SEP, CTL] })).toBe(
      `(b) a boot that asked ${whole} and took no image`,
    );
    expect(told({ ...story, names: [...boot, CTL, SEP, CTL], isTaken: false })).toBeNull();
    expect(told({ ...story, names: [...boot, CTL, CTL] })).toBeNull();
  });
});

describe('one image', () => {
  const boot = { hop: IMAGE, isTaken: true, isBack: true };

  test('is proven by a boot that only what the hop leads to makes', () => {
    const names = ['OS79XX.TXT', 'SIPDefault.cnf', 'P0S3-06-3-00.sbn'];
    const onItsWay = { ...boot, nextImages: ['P0S3-06-3-00.bin'] };
    expect(told({ ...onItsWay, names })).toBe(
      '(a) boot after P0S3-05-3-00: OS79XX.TXT, its SIP configuration and a .sbn: a signed SIP image',
    );
    expect(told({ ...onItsWay, isTaken: false, names })).toBeNull();
    expect(told({ ...onItsWay, isTaken: false, mayBeTaken: true, names })).toContain('(a)');
    expect(told({ ...onItsWay, names: ['OS79XX.TXT', 'SIPDefault.cnf'] })).toContain('(a)');
  });

  test('that is asked for again was not kept, or another one came after it', () => {
    const names = ['OS79XX.TXT', 'SIPDefault.cnf', 'P0S3-05-3-00.sbn'];
    expect(told({ ...boot, names })).toBeNull();
    expect(told({ ...boot, names: [...names, `SIP${MAC}.cnf`], given: ['SIPDefault.cnf'] })).toBeNull();
    expect(told({ ...boot, names, nextImages: ['P0S3-06-3-00.bin'] })).toBeNull();
  });

  test('that ends its road is proven late after it only by what reads its name and goes on', () => {
    const names = ['OS79XX.TXT', 'SIPDefault.cnf', `SIP${MAC}.cnf`];
    expect(told({ ...boot, names: names.slice(0, 2) })).toBeNull();
    expect(told({ ...boot, names })).toBeNull();
    expect(told({ ...boot, names, given: ['SIPDefault.cnf'] })).toContain('(a)');
    expect(told({ ...boot, names, given: ['SIPDefault.cnf'], everyMs: 39_000 })).toBeNull();
  });

  test('that was taken whole and after which the old software boots was lost with the power', () => {
    const names = ['OS79XX.TXT', SEP, `SEP${MAC}.cnf`];
    expect(verdict({ ...boot, names })).toMatchObject({
      kind: 'denied',
      code: 'P_POWER_LOST',
      reason: expect.stringContaining('P0S3-05-3-00 reached the phone whole'),
    });
    expect(told({ ...boot, names, isBack: false })).toBeNull();
    expect(told({ ...boot, names, isTaken: false, mayBeTaken: true })).toBeNull();
    // What fits both tells nothing, and what fits neither neither.
    const mixed = { ...IMAGE, after: old({ generation: 'G1', protocol: 'SCCP', load: 'P00303030300' as LoadName }) };
    expect(told({ ...boot, hop: mixed, names })).toBeNull();
    expect(told({ ...boot, names: ['SIPDefault.cnf'] })).toBeNull();
  });

  test('is proven by asking for an image that only the next hop publishes', () => {
    const story = { hop: IMAGE, nextImages: ['P003-08-11-00.sbn'], mayBeTaken: true };
    expect(told({ ...story, names: ['p003-08-11-00.SBN'] })).toContain(
      'asked for p003-08-11-00.SBN, which only software after P0S3-05-3-00 takes',
    );
    expect(told({ ...story, mayBeTaken: false, names: ['P003-08-11-00.sbn'] })).toBeNull();
    // A signed image takes signed images only (legacy-79x0 2).
    const unsigned = { ...story, nextImages: ['P003-08-11-00.bin'], names: ['P003-08-11-00.bin'] };
    expect(told(unsigned) ?? '').not.toContain('asked for');
    expect(told({ ...story, names: ['P003-07-4-00.sbn'] })).not.toContain('asked for');
    const both = { ...IMAGE, files: [{ ...IMAGE.files[0], name: 'P003-08-11-00.SBN' } as Hop['files'][number]] };
    expect(told({ ...story, hop: both, names: ['P003-08-11-00.sbn'] }) ?? '').not.toContain('asked for');
    expect(told({ ...story, nextImages: ['SIPDefault.cnf'], names: ['SIPDefault.cnf'] }) ?? '').not.toContain('asked');
  });
});

describe('a Java phone', () => {
  const round = [CTL, SEP];
  const shown = { hop: JAVA, isShown: true };

  test.each([CTL, SEP])('in its boot loader has landed when an application asks %s', (name) => {
    const story = { hop: BOOT_LOADER, names: [name], mayBeTaken: true };
    expect(told(story)).toContain(`boot after the archives of ${JAVA9}: an application asks ${name}`);
    expect(told({ ...story, mayBeTaken: false })).toBeNull();
    expect(told({ ...story, names: ['term62.default.loads'] })).toBeNull();
    expect(told({ ...shown, names: [name], mayBeTaken: true })).toBeNull();
  });

  test.each([
    ['dialplan.xml', 1000, true],
    ['mk-sip.jar', 1000, true],
    ['mk-sccp.jar', 1000, false],
    ['dialplan.xml', 11_000, false],
    ['logo.bmp', 1000, false],
  ] as const)(
    'that was named its load and asks %s %i ms later runs it, where it has its bytes: %s',
    (name, everyMs, isProof) => {
      const story = { ...shown, names: [...round, name], everyMs, isTaken: true };
      const witness = `(b) SEP<MAC>.cnf.xml named ${JAVA9}; the phone took nothing and went on to ${name}`;
      // That it speaks another protocol now is a witness of its own.
      const quiet = (one: Story) =>
        told(one)
          ?.split(' | ')
          .find((text) => text.startsWith('(b)')) ?? null;
      expect(quiet(story)).toBe(isProof ? witness : null);
      expect(quiet({ ...story, isTaken: false })).toBeNull();
      expect(quiet({ ...story, isShown: false })).toBeNull();
      expect(quiet({ ...story, trigger: 'XMLDefault.cnf.xml' })).toBeNull();
      expect(quiet({ ...story, hop: APPLICATION })).toBeNull();
    },
  );

  test.each([`${JAVA9}.loads`, 'cvm42sip.9-3-1ES26.sbn'])(
    'that asked %s took something, and is not proven by that',
    (name) => {
      expect(told({ ...shown, names: [...round, name, 'dialplan.xml'], isTaken: true })).toBeNull();
    },
  );

  test('that does what another line of its own file said is believed of every hop but the last', () => {
    const story = { ...shown, names: [...round, 'dialplan.xml'], hasFollowed: true, nextImages: ['next.sbn'] };
    expect(told(story)).toContain('does what it reads there, took nothing and went on to dialplan.xml');
    expect(told({ ...story, nextImages: [] })).toBeNull();
    expect(told({ ...story, hasFollowed: false })).toBeNull();
    const byDefault = { ...story, names: [CTL, 'XMLDefault.cnf.xml', 'dialplan.xml'], trigger: 'XMLDefault.cnf.xml' };
    expect(told(byDefault)).toBeNull();
    expect(told({ ...byDefault, isTaken: true })).toContain('took nothing and went on');
  });

  test('that once took the load from us is believed where it asks for what only that protocol has', () => {
    const story = { ...shown, names: [...round, 'mk-sip.jar'], wasProven: true };
    expect(told(story)).toContain('which had taken it from us before, took nothing and went on to mk-sip.jar');
    expect(told({ ...story, wasProven: false })).toBeNull();
    expect(told({ ...story, names: [...round, 'distinctiveringlist.xml'] })).toBeNull();
  });

  test.each([
    [10_000, true],
    [10_001, false],
  ])(
    'that went for it, may have it and asks its own file again %i ms after the default runs it: %s',
    (everyMs, isProof) => {
      const names = [...round, 'XMLDefault.cnf.xml', SEP];
      const story = { ...shown, names, everyMs, trigger: 'XMLDefault.cnf.xml', mayBeTaken: true, wentForIt: true };
      const witness = `(b) XMLDefault.cnf.xml named ${JAVA9}; the phone took nothing and asked ${SEP} again`;
      expect(told(story)).toBe(isProof ? witness : null);
      expect(told({ ...story, wentForIt: false })).toBeNull();
      expect(told({ ...story, mayBeTaken: false })).toBeNull();
      expect(told({ ...story, trigger: ITS_OWN })).toBeNull();
      expect(told({ ...story, names: [...round, 'XMLDefault.cnf.xml', CTL] })).toBeNull();
    },
  );

  test('that has everything and begins its list anew without taking more has landed, on the last hop alone', () => {
    const story = { ...shown, names: [...round, 'dialplan.xml', CTL], isTaken: true };
    expect(told(story)).toContain('the phone took nothing and began its list anew');
    expect(told({ ...story, nextImages: ['next.sbn'] })).toBeNull();
    expect(told({ ...story, wasHeard: false })).toBeNull();
    expect(told({ ...story, isSoon: false })).toBeNull();
    expect(told({ ...story, doesSilenceTell: false })).toBeNull();
    expect(told({ ...story, isTaken: false, mayBeTaken: true })).toBeNull();
    expect(told({ ...story, names: [...round, `${JAVA9}.loads`, CTL] })).toBeNull();
  });
});

test('a refused application outweighs every proof, and any proof outweighs what broke off', () => {
  const names = [CTL, SEP, 'XMLDefault.cnf.xml'];
  const twice = [`${SCCP8}.sb2`, `${SCCP8}.sb2`];
  expect(told({ hop: SCCP_HOP, names, isShown: true, isTaken: true, fetchedBefore: twice })).toBe(
    'P_APPLICATION_REJECTED',
  );
  const next = { hop: { ...IMAGE, kind: 'image' as const }, nextImages: ['n.sbn'], isTaken: true };
  expect(told({ ...next, names: ['n.sbn'], broken: 'n.sbn' })).toContain('asked for n.sbn');
});

test('a witness begins with the letter of its kind; any other is of one kind', () => {
  const texts = ['(a) x', '(b) x', '(c) x', '(d) x', '(e) x', '(f) x', 'x (a)', ''];
  expect(texts.map(witnessKind)).toEqual(['(a)', '(b)', '(c)', '(d)', '(e)', 'other', 'other', 'other']);
  expect(quietWitness(JAVA, ITS_OWN)).toBe(
    `(b) SEP<MAC>.cnf.xml named ${JAVA9} after its images were taken; the phone took nothing and went quiet`,
  );
});

test('while it may be writing flash a phone may run what it ran before or what was to come, whatever was said of it', () => {
  const stated = { from: 'P0S3-08-2-00' as LoadName, model: '7960' as const };
  const before = [old({ generation: 'G2', protocol: 'SIP' })];
  const known = { ...NO_EVIDENCE, software: before, stated };
  expect(duringFlash(known, APPLICATION)).toEqual({
    ...known,
    software: [...before, sip],
    stated: { from: null, model: '7960' },
  });
  expect(duringFlash({ ...NO_EVIDENCE, stated }, APPLICATION).software).toEqual([...APPLICATION.from, sip]);
  const already = { ...known, software: [sip] };
  expect(duringFlash(already, APPLICATION)).toBe(already);
  const nameless = { ...BOOT_LOADER, after: newer({ protocol: 'SIP' }) };
  expect(duringFlash({ ...known, software: [newer({})] }, nameless).software).toHaveLength(2);
});
