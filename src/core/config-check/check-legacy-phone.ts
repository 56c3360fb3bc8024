import type { ParsedLoad } from '../names/load-name.ts';
import { compareReleases, isWithin, type ReleaseRange } from '../names/release.ts';
import { checkClock } from './check-legacy-clock.ts';
import { checkSurroundings } from './check-legacy-surroundings.ts';
import { checkLegacyLoad, type Held, type LegacyPhone } from './legacy-phone.ts';
import { isParkedLegacy, tellParked } from './parked.ts';
import { checkExpiry, checkPassword } from './shared-rules.ts';
import { isName } from './value-form.ts';

const MOST_LINES = 6;
const UNUSED = /^(|UNPROVISIONED)$/i;
const CALL_MANAGER = 'USECALLMANAGER';

/** What a 7940 or 7960 does with `SIPDefault.cnf` and its own file together (after-landing 1.1, 1.3, 1.5, 4). */
export function checkLegacyPhone(phone: LegacyPhone): void {
  const { values, tell } = phone;
  checkLegacyLoad(phone);
  if (isParkedLegacy(values)) tellParked(values.get('proxy_register') ?? null, 'proxy_register', tell);
  else checkRegistering(phone);
  checkExpiry(
    values.get('timer_register_expires') ?? null,
    values.get('timer_register_delta')?.value ?? null,
    phone.question.load,
    tell,
  );
  checkNat(phone);
  checkSurroundings(phone);
  checkClock(phone);
  checkEarlierOwner(phone);
}

/** Whether it is told to register, and has a line for that. */
function checkRegistering(phone: LegacyPhone): void {
  const { values, tell } = phone;
  if (values.get('proxy_register')?.value !== '1') {
    tell(values.get('proxy_register') ?? null, {
      code: 'P_PROXY_REGISTER_OFF',
      severity: 'will not work',
      place: 'proxy_register',
      wrong: values.has('proxy_register') ? 'it is not 1' : 'it is missing, and 0 is what the phone takes then',
      phone: 'it sends no REGISTER at all',
      mend: 'write proxy_register: "1"',
    });
  }
  const lines = Array.from({ length: MOST_LINES }, (_, i) => i + 1).filter(
    (n) => !UNUSED.test(values.get(`line${n}_name`)?.value ?? ''),
  );
  if (lines.length === 0) {
    tell(values.get('line1_name') ?? null, {
      code: 'P_NO_LINE_NAME',
      severity: 'will not work',
      place: 'line1_name',
      wrong: 'no line has a name',
      phone: 'it shows W362 and registers nothing',
      mend: 'write the number of the extension into line1_name',
    });
  }
  for (const n of lines) checkLine(phone, n);
}

function checkLine(phone: LegacyPhone, n: number): void {
  const { values, tell, question } = phone;
  const name = values.get(`line${n}_name`) ?? null;
  const most = question.facts.forms.lines.find(({ models }) => models.some((one) => one === question.model))?.lines;
  if (most !== undefined && n > most) {
    tell(name, {
      code: 'P_CONFIG_VALUE',
      severity: 'harmless',
      place: `line${n}_name`,
      wrong: `a ${question.model} has ${most} lines`,
      phone: 'it passes the line over',
      mend: 'leave it empty',
    });
    return;
  }
  checkProxy(phone, n);
  const password = values.get(`line${n}_password`) ?? null;
  if (!UNUSED.test(password?.value ?? ''))
    checkPassword(password, `line${n}_password`, question.facts.forms.password, tell);
  const authName = values.get(`line${n}_authname`);
  if (password !== null && !UNUSED.test(password.value) && UNUSED.test(authName?.value ?? '') && n === 1) {
    tell(authName ?? password, {
      code: 'P_WRONG_PASSWORD',
      severity: 'works badly',
      place: `line${n}_authname`,
      wrong: 'there is a password, and no name to log in with',
      phone: 'it logs in as UNPROVISIONED',
      mend: 'write the user of the PBX into it, mostly the same as the name of the line',
    });
  }
}

function checkProxy(phone: LegacyPhone, n: number): void {
  const { values, tell, question } = phone;
  const own = values.get(`proxy${n}_address`);
  const isOwn = own !== undefined && own.value !== '';
  const proxy = isOwn ? own : values.get('proxy1_address');
  const key = `proxy${isOwn ? n : 1}_address`;
  if (proxy === undefined || UNUSED.test(proxy.value)) {
    if (n > 1) return;
    tell(proxy ?? null, {
      code: 'P_NO_CALL_SERVER',
      severity: 'will not work',
      place: key,
      wrong: 'no call server is named',
      phone: 'it registers nowhere',
      mend: `write the address of the PBX into ${key}`,
    });
    return;
  }
  // What is so for the proxy of line 1 is told once.
  if (n > 1 && !isOwn) return;
  const isGroup = proxy.value === CALL_MANAGER;
  const server = isGroup ? (values.get('call_manager1_addr') ?? null) : proxy;
  const port = values.get(isGroup ? 'call_manager1_sip_port' : `proxy${isOwn ? n : 1}_port`) ?? null;
  const isOld = question.load !== null && compareReleases(question.load.release, [8]) < 0;
  if (isGroup && (isOld || server === null || server.value === '')) {
    tell(isOld ? proxy : (server ?? proxy), {
      code: 'P_NO_CALL_SERVER',
      severity: 'will not work',
      place: isOld ? key : 'call_manager1_addr',
      wrong: isOld
        ? `${question.load?.name} does not know the word ${CALL_MANAGER}`
        : `${key} is ${CALL_MANAGER}, and no call manager is named`,
      phone: 'it registers nowhere',
      mend: `write the address of the PBX into ${isOld ? key : 'call_manager1_addr'}`,
    });
    return;
  }
  if (server !== null) checkServer(phone, server, port, isGroup ? 'call_manager1_addr' : key);
}

function checkServer({ question: { pbx }, tell }: LegacyPhone, server: Held, port: Held | null, key: string): void {
  if (isName(server.value) && pbx?.host !== server.value) {
    tell(server, {
      code: 'P_W360_W361',
      severity: 'harmless',
      place: key,
      wrong: 'the call server is given by name',
      phone: 'it finds it only where DNS answers',
      mend: 'write its address, unless the PBX needs the name',
    });
  }
  if (pbx === null) return;
  if (server.value !== pbx.host) {
    tell(server, {
      code: 'P_NO_CALL_SERVER',
      severity: 'will not work',
      place: key,
      wrong: 'it is another call server than the one of --pbx',
      phone: 'it registers there',
      mend: `write ${pbx.host}`,
    });
  }
  if (pbx.port !== null && Number(port?.value || '5060') !== pbx.port) {
    tell(port, {
      code: 'P_PORTS_DIFFER',
      severity: 'will not work',
      place: key.replace('_address', '_port').replace('_addr', '_sip_port'),
      wrong: `the PBX listens on ${pbx.port}`,
      phone: 'it asks a port where nobody answers',
      mend: `write ${pbx.port}`,
    });
  }
}

function checkNat({ values, tell }: LegacyPhone): void {
  const isOn = values.get('nat_enable')?.value === '1';
  const address = values.get('nat_address');
  const received = values.get('nat_received_processing');
  if (isOn) {
    tell(values.get('nat_enable') ?? null, {
      code: 'P_NAT_KEYS',
      severity: 'harmless',
      place: 'nat_enable',
      wrong: 'NAT is on',
      phone:
        'it sends from the port that it listens on, which helps where the PBX forces rport, and harms behind a router that translates SIP itself',
      mend: 'write 0 when phone and PBX are in one network and the PBX does not force rport',
    });
  }
  if (address !== undefined && address.value !== '') {
    tell(address, {
      code: 'P_NAT_KEYS',
      severity: 'works badly',
      place: 'nat_address',
      wrong: isOn ? 'there is a NAT address' : 'there is a NAT address, and NAT is off',
      phone: isOn ? 'it answers 404 to calls for any other address' : 'it may still name that address in its Contact',
      mend: 'leave it empty unless the phone is behind NAT and this is the outer address',
    });
  }
  if (received?.value === '1' && !isOn) {
    tell(received, {
      code: 'P_NAT_KEYS',
      severity: 'harmless',
      place: 'nat_received_processing',
      wrong: 'it is on, and NAT is off',
      phone: 'it does nothing then',
      mend: 'write 0',
    });
  }
}

function checkEarlierOwner({ values, tell, question }: LegacyPhone): void {
  if (!question.isSecondHand) return;
  const { facts, load } = question;
  const missing = facts.legacyKeys
    .filter(
      ({ isOfEarlierOwner, written, releases }) => isOfEarlierOwner && written !== null && isKnownTo(load, releases),
    )
    .map(({ key, numbers }) => key.replace('{n}', `${numbers?.first ?? ''}`))
    .filter((key) => !values.has(key));
  if (missing.length === 0) return;
  tell(null, {
    code: 'P_EARLIER_OWNER_SETTINGS',
    severity: 'works badly',
    place: `${missing.length} keys`,
    wrong: `these are missing: ${missing.join(', ')}`,
    phone: 'it keeps what an earlier owner wrote there',
    mend: 'write them all, those without a value as ""',
  });
}

/** Where the load is not known, only what every release has. */
function isKnownTo(load: ParsedLoad | null, releases: ReleaseRange): boolean {
  if (load !== null) return isWithin(load.release, releases);
  return releases.min === null && releases.below === null;
}
