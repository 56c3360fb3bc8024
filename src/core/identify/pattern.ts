import type { AskedKind } from '../names/asked-name.ts';
import { type FamilyId, isJavaFamily, type Protocol } from '../names/family.ts';
import { type LoadName, parseLoadName } from '../names/load-name.ts';
import { ANY_RELEASE, type ReleaseRange } from '../names/release.ts';
import type { Generation, Running, Software } from '../software.ts';
import { BEFORE_ITL, releasesByItl, SINCE_ITL, WITHOUT_ITL } from './itl-files.ts';
import { has, hasAfter, type Trace, type TraceStep } from './trace.ts';

/** Which software one request pattern admits, and the sentence that says why. */
export interface PatternReading {
  /** Stable word for the pattern; it is what the record carries. */
  readonly pattern: string;
  readonly software: readonly Software[];
  readonly why: string;
  /** What no log shows with this pattern but nothing excludes: it contradicts no stronger evidence for these. */
  readonly alsoFits?: readonly Software[];
  /** What the operator may say that it runs, though the pattern speaks against it: by inference only. */
  readonly maySay?: readonly Software[];
}

/** Family and models behind a `termNN.default.loads`, from the matrix. */
export type TermLookup = (term: string) => FamilyId | null;

const G1_SCCP: ReleaseRange = { min: [3], below: [5] };
const ANCIENT_SCCP: ReleaseRange = { min: null, below: [3] };
const G1_SIP: ReleaseRange = { min: [2], below: [5] };
const G2: ReleaseRange = { min: [5], below: [7] };
const G3: ReleaseRange = { min: [7], below: null };
/** Whether SCCP 6.x has a loader is not known (legacy-79x0 Q1). */
const G3_SCCP: ReleaseRange = { min: [6], below: null };
const legacy = (
  generation: Generation,
  running: Running,
  protocol: Protocol | null,
  releases: ReleaseRange,
): Software => ({ family: '79x0', generation, running, protocol, load: null, releases });

const java = (
  family: FamilyId | null,
  running: Running,
  protocol: Protocol | null,
  releases: ReleaseRange,
): Software => ({
  family,
  generation: 'java',
  running,
  protocol,
  load: null,
  releases,
});

const OLD_SCCP = legacy('G1', 'application', 'SCCP', G1_SCCP);
const ANCIENT = legacy('G1', 'application', 'SCCP', ANCIENT_SCCP);
const SIGNED_SCCP = legacy('G2', 'application', 'SCCP', G2);
const OLD_SIP = legacy('G1', 'application', 'SIP', G1_SIP);
const SIGNED_SIP = legacy('G2', 'application', 'SIP', G2);
const LOADER = legacy('G3', 'loader', null, G3_SCCP);

/**
 * Reads one trace by the table of legacy-79x0 5.6 and java-phones 4 and 6; null while the names asked so far fit more
 * than the table can tell apart. `isWhole` is true when nothing the phone asked before the trace can have been missed
 * (the server was already listening): only then does a name that was *not* asked tell anything.
 */
export function readPattern(trace: Trace, termFamily: TermLookup, isWhole: boolean): PatternReading | null {
  return (
    readBootLoader(trace, termFamily) ?? readUnsigned(trace) ?? (areTwoLists(trace) ? null : readRestOf(trace, isWhole))
  );
}

function readRestOf(trace: Trace, isWhole: boolean): PatternReading | null {
  return (
    readOldBoot(trace) ??
    readJava(trace) ??
    readLoader(trace) ??
    readSigned(trace) ??
    readSipAlone(trace, isWhole) ??
    readRest(trace)
  );
}

function readBootLoader(trace: Trace, termFamily: TermLookup): PatternReading | null {
  const step = trace.steps.findLast((one) => one.kind === 'term-default');
  if (step === undefined) return null;
  const family = termFamily(step.name.slice(4, 6));
  if (family === null) return null;
  return {
    pattern: 'java-boot-loader',
    software: [java(family, 'boot-loader', null, ANY_RELEASE)],
    why: `asked ${step.name}: only the boot loader of a family ${family} phone does`,
  };
}

/** A `.bin`: whatever came before, only a phone that takes unsigned images appends that (legacy-79x0 2, 5.6). */
function readUnsigned(trace: Trace): PatternReading | null {
  if (oldImage(trace) !== 'bin') return null;
  if (has(trace, 'sip-default', 'sip-phone'))
    return reading('g1-sip', [OLD_SIP], 'its SIP configuration and a .bin: an unsigned SIP image');
  if (has(trace, 'sep-xml', 'xml-default', 'sep-cnf'))
    return reading('g1-sccp', [OLD_SCCP], 'its SCCP configuration and a .bin: an SCCP 3.x image');
  return reading('g1', [ANCIENT, OLD_SCCP, OLD_SIP], 'a .bin: a phone that takes unsigned images');
}

/** A `.sbn` of an old load, when the head of the boot was not heard: no phone that takes unsigned images asks for it. */
function readSigned(trace: Trace): PatternReading | null {
  if (oldImage(trace) !== 'sbn') return null;
  return reading('signed', [SIGNED_SCCP, SIGNED_SIP, LOADER], 'a .sbn: a phone that takes signed images only');
}

/** Everything that begins with OS79XX.TXT: the old boot mechanism (legacy-79x0 2, 5.2, 5.3). */
function readOldBoot(trace: Trace): PatternReading | null {
  if (!has(trace, 'os79xx')) return readAncient(trace);
  const isSigned = oldImage(trace) === 'sbn';
  if (has(trace, 'sip-default', 'sip-phone')) {
    if (isSigned)
      return reading('g2-sip', [SIGNED_SIP], 'OS79XX.TXT, its SIP configuration and a .sbn: a signed SIP image');
    return reading(
      'g1-or-g2-sip',
      [OLD_SIP, SIGNED_SIP],
      'OS79XX.TXT, then its SIP configuration: a SIP image before 7.x',
    );
  }
  if (isSigned && has(trace, 'sep-xml', 'xml-default', 'sep-cnf', 'sep-default'))
    return reading('g2-sccp', [SIGNED_SCCP], 'OS79XX.TXT, SCCP configuration and a .sbn: a signed SCCP image');
  if (isSigned)
    return reading('g2', [SIGNED_SCCP, SIGNED_SIP], 'OS79XX.TXT and a .sbn: a phone that takes signed images only');
  if (has(trace, 'sep-cnf', 'sep-default'))
    return {
      ...reading('g1-sccp', [OLD_SCCP], 'OS79XX.TXT, then SEP….cnf.xml and SEP….cnf: an SCCP 3.x image'),
      // The log is of a 3.x phone; what SCCP 5 and 6 ask is not documented. A phone that asked for a .sbn is one of them.
      alsoFits: [SIGNED_SCCP],
      maySay: [SIGNED_SCCP],
    };
  if (has(trace, 'sep-xml', 'xml-default'))
    return reading('g1-or-g2-sccp', [OLD_SCCP, SIGNED_SCCP], 'OS79XX.TXT, then SEP….cnf.xml: an SCCP image before 7.x');
  return null;
}

/** No image of before 7.x asks the names of both protocols in one boot (legacy-79x0 5.2, 5.3): two phones ask behind one address. */
export function areTwoLists(trace: Trace): boolean {
  const { steps } = trace;
  if (!has(trace, 'os79xx')) return false;
  // The software in an image that was taken meanwhile may be of the other protocol.
  const rest = steps.slice(steps.findLastIndex(({ kind }) => kind === 'image') + 1);
  const asks = (...kinds: readonly AskedKind[]) => rest.some(({ kind }) => kinds.includes(kind));
  return asks('sip-default', 'sip-phone') && asks('sep-xml', 'xml-default', 'sep-cnf', 'sep-default');
}

/**
 * Which extension the phone asks of a single old-style image; the extension tells what it accepts (legacy-79x0 5.6). Only while
 * it asks: what comes after an image may come from the software in it, when the head of the next boot was not heard.
 */
function oldImage(trace: Trace): 'bin' | 'sbn' | null {
  const step = trace.steps.at(-1);
  if (step?.kind !== 'image' || !/^P0(0|S|M)3/i.test(step.name)) return null;
  const lower = step.name.toLowerCase();
  if (lower.endsWith('.bin')) return 'bin';
  return lower.endsWith('.sbn') ? 'sbn' : null;
}

function readAncient(trace: Trace): PatternReading | null {
  const [first] = trace.steps;
  // Who asks nothing else never says its name: it is not the phone that has said one at this address.
  if (trace.steps.length !== 1 || first?.kind !== 'sep-default' || first.times < 2 || first.isUnsaid === true)
    return null;
  return reading('ancient-sccp', [ANCIENT], 'SEPDefault.cnf alone, again and again: a very old SCCP image');
}

function readJava(trace: Trace): PatternReading | null {
  if (!has(trace, 'itl-phone', 'itl-file')) return readJavaLoad(trace);
  const named = readJavaLoad(trace);
  const software = named?.software[0];
  const jar = localeJar(trace);
  return reading(
    'java-application',
    [java(software?.family ?? null, 'application', localeProtocol(trace), SINCE_ITL)],
    `asked for an ITL file${jar === null ? '' : ` and ${jar}`}: a Java phone on 8.5 or newer`,
  );
}

function readJavaLoad(trace: Trace): PatternReading | null {
  const step = trace.steps.findLast((one) => one.kind === 'manifest');
  const parsed = step === undefined ? null : parseLoadName(step.name);
  if (step !== undefined && parsed?.ok === true && isJavaFamily(parsed.value.family)) {
    const { family } = parsed.value;
    const why = `took ${step.name} from a line for its own device type: family ${family}`;
    return {
      ...reading('java-application', [java(family, 'application', null, releasesByItl(trace))], why),
      ...unlessItIsKnown(trace, family, null),
    };
  }
  const protocol = localeProtocol(trace);
  if (protocol === null) return null;
  const releases = releasesByItl(trace);
  const why = releases === BEFORE_ITL ? ', and for no ITL file: one before 8.5' : '';
  return {
    ...reading(
      'java-application',
      [java(null, 'application', protocol, releases)],
      `asked for a locale jar of a Java phone${why}`,
    ),
    ...unlessItIsKnown(trace, null, protocol),
    // From which release on loads ask for ITL files is inferred: that contradicts nothing that was proven.
    alsoFits: [java(null, 'application', protocol, ANY_RELEASE)],
  };
}

/**
 * A Java phone that asks for no ITL file is taken for one before 8.5 as long as nobody knows better. From which 8.x on loads ask for them is inferred, so
 * that contradicts neither what was proven of it nor what is said of it.
 */
function unlessItIsKnown(
  trace: Trace,
  family: FamilyId | null,
  protocol: Protocol | null,
): Pick<PatternReading, 'alsoFits' | 'maySay'> {
  if (releasesByItl(trace) !== BEFORE_ITL) return {};
  const software = [java(family, 'application', protocol, WITHOUT_ITL)];
  return { alsoFits: software, maySay: software };
}

function localeJar(trace: Trace): string | null {
  return trace.steps.findLast((one) => one.kind === 'locale' && one.name.toLowerCase().endsWith('.jar'))?.name ?? null;
}

function localeProtocol(trace: Trace): Protocol | null {
  const jar = localeJar(trace);
  if (jar === null) return null;
  return jar.toLowerCase().includes('-sip') ? 'SIP' : 'SCCP';
}

/** The Universal Application Loader hunts through every protocol's names (legacy-79x0 3.1). */
function readLoader(trace: Trace): PatternReading | null {
  const hunts = has(trace, 'ctl-phone', 'sep-xml') && has(trace, 'sip-phone', 'mgc-phone', 'mgc-default');
  const manifest = trace.steps.some((step) => step.kind === 'manifest' && /^P0(0|S|M)3/i.test(step.name));
  const application = applicationAfterLoader(trace);
  if (application !== null) return application;
  if (hunts)
    return reading(
      'loader',
      [LOADER],
      'asked for the configuration of every protocol in turn: the Universal Application Loader',
    );
  if (manifest)
    return reading('loader', [LOADER], 'asked for the .loads of a 7940/7960: the Universal Application Loader');
  return null;
}

function applicationAfterLoader(trace: Trace): PatternReading | null {
  const named = namedApplication(trace);
  if (named === null) return null;
  if (hasAfter(trace, 'sip-default', 'manifest')) {
    // Which application it holds is not known: its loader starts what it had when it is refused the manifest, or refuses it.
    const why = `SIPDefault.cnf after ${named}.loads, without starting over: a SIP application runs`;
    return reading('sip-application', [legacy('G3', 'application', 'SIP', G3)], why);
  }
  return null;
}

/** The load whose manifest was asked last in this trace. */
function namedApplication(trace: Trace): LoadName | null {
  const step = trace.steps.findLast((one: TraceStep) => one.kind === 'manifest');
  if (step === undefined) return null;
  const parsed = parseLoadName(step.name);
  return parsed.ok ? parsed.value.name : null;
}

/** No OS79XX.TXT and no hunt before it: the application of a phone with a loader (legacy-79x0 5.6, 11.1 G). */
function readSipAlone(trace: Trace, isWhole: boolean): PatternReading | null {
  if (trace.steps[0]?.kind !== 'sip-default') return null;
  const application = legacy('G3', 'application', 'SIP', G3);
  if (isWhole)
    return reading(
      'sip-application',
      [application],
      'SIPDefault.cnf first, without OS79XX.TXT: a SIP 7 or 8 application',
    );
  const software = [OLD_SIP, SIGNED_SIP, application];
  const before =
    trace.isAfterLoader === true
      ? 'after its loader has asked for everything; which load the loader started is not shown'
      : 'what came before it was asked before we listened';
  return reading('sip-unknown', software, `SIPDefault.cnf; ${before}`);
}

/** Begins like an SCCP 8.x application of a 7940/7960 and like a Java phone before 8.5 alike: both stay admitted. */
function readRest(trace: Trace): PatternReading | null {
  if (has(trace, 'ctl-phone') && has(trace, 'sep-xml')) {
    const sccp: readonly AskedKind[] = ['service', 'locale'];
    const tells = trace.steps.some((step) => sccp.includes(step.kind) && /7960-|ringlist\.xml$/i.test(step.name));
    if (tells && trace.steps.some((step) => /7960-/.test(step.name))) {
      return reading(
        'sccp-application',
        [legacy('G3', 'application', 'SCCP', G3_SCCP)],
        'asked for 7960 locale files: an SCCP application',
      );
    }
    if (!has(trace, 'xml-default')) return null;
    const releases = releasesByItl(trace);
    const java8 =
      releases === BEFORE_ITL ? 'a Java phone before 8.5' : 'a Java phone whose ITL requests may be unheard';
    const why = `CTLSEP, SEP….cnf.xml, XMLDefault.cnf.xml and no ITL: an SCCP 7/8 application of a 7940/7960, or ${java8}`;
    const software = [legacy('G3', 'application', 'SCCP', G3_SCCP), java(null, 'application', null, releases)];
    return { ...reading('ctl-then-sep', software, why), ...unlessItIsKnown(trace, null, null) };
  }
  return null;
}

function reading(pattern: string, software: readonly Software[], why: string): PatternReading {
  return { pattern, software, why };
}
