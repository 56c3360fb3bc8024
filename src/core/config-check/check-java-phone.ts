import { checkJavaElements } from './check-java-elements.ts';
import { checkJavaLoad, checkOldPhoneLoad, isForOldPhone } from './check-java-load.ts';
import { checkJavaServer } from './check-java-server.ts';
import { type ConfigElement, childOf, elementAt } from './element.ts';
import { type JavaPhone, registeringLines, textAt } from './java-phone.ts';
import { isParkedJava, tellParked } from './parked.ts';
import { checkExpiry, checkPassword } from './shared-rules.ts';

/** What a Java phone does with its `SEP<MAC>.cnf.xml` (after-landing 2, 4). */
export function checkJavaPhone(phone: JavaPhone): void {
  const { root, tell, held, question } = phone;
  if (root.name !== 'device' || textAt(root, 'deviceProtocol').toUpperCase() === 'SCCP') {
    tell(held(root.name === 'device' ? childOf(root, 'deviceProtocol') : root), {
      code: 'P_CONFIG_NOT_TAKEN',
      severity: 'will not work',
      place: root.name === 'device' ? 'deviceProtocol' : 'the root',
      wrong: root.name === 'device' ? 'it is a configuration for SCCP' : 'the root is not <device>',
      phone: 'with SIP software it stays "Unprovisioned"',
      mend: root.name === 'device' ? 'write a configuration for SIP' : 'put everything into <device>',
    });
    return;
  }
  if (isForOldPhone(root)) {
    checkOldPhoneLoad(phone);
    return;
  }
  checkJavaElements(phone);
  checkJavaLoad(phone);
  if (isParkedJava(root)) {
    const place = 'registerWithProxy';
    tellParked(held(elementAt(root, `sipProfile/sipProxies/${place}`)), place, tell);
  } else {
    checkProfile(phone);
    checkJavaServer(phone);
    for (const line of registeringLines(root)) {
      checkPassword(held(childOf(line, 'authPassword')), 'authPassword', question.facts.forms.password, tell);
    }
  }
  checkButtons(phone);
  checkFiles(phone);
  checkAccess(phone);
  const delta = textAt(root, 'sipProfile/sipStack/timerRegisterDelta');
  const expires = held(elementAt(root, 'sipProfile/sipStack/timerRegisterExpires'));
  checkExpiry(expires, delta === '' ? null : delta, phone.load, tell);
  checkEarlierOwner(phone);
}

function checkProfile({ root, tell, held }: JavaPhone): void {
  const profile = childOf(root, 'sipProfile');
  const refused = (element: ConfigElement | null, place: string, wrong: string, mend: string) =>
    tell(held(element), {
      code: 'P_CONFIG_NOT_TAKEN',
      severity: 'will not work',
      place,
      wrong,
      phone: 'it fetches the file and stays "Unprovisioned"',
      mend,
    });
  if (profile === null) {
    refused(null, 'sipProfile', 'it is missing', 'put sipProxies, sipLines and the rest into <sipProfile>');
    return;
  }
  const register = elementAt(profile, 'sipProxies/registerWithProxy');
  if (register?.text !== 'true') {
    tell(held(register), {
      code: 'P_PROXY_REGISTER_OFF',
      severity: 'will not work',
      place: 'registerWithProxy',
      wrong: register === null ? 'it is missing in sipProxies' : 'it is not true',
      phone: 'it shows "Unregistered" and sends no REGISTER',
      mend: 'write <registerWithProxy>true</registerWithProxy>',
    });
  }
  // Lines that stand elsewhere are told of there.
  if (childOf(profile, 'sipLines') === null && childOf(root, 'sipLines') !== null) return;
  const lines = registeringLines(root);
  if (lines.length === 0) {
    const place = childOf(profile, 'sipLines');
    refused(place, 'sipLines', 'no line has featureID 9', 'write one <line button="1"> with <featureID>9</featureID>');
  }
  for (const [index, line] of lines.entries()) {
    const missing = ['name', 'proxy', 'port'].filter((name) =>
      /^(|UNPROVISIONED)$/i.test(childOf(line, name)?.text ?? ''),
    );
    if (missing.length === 0) continue;
    tell(held(line), {
      code: 'P_CONFIG_NOT_TAKEN',
      severity: index === 0 ? 'will not work' : 'works badly',
      place: 'line',
      wrong: `the line has no ${missing.join(' and no ')}`,
      phone: index === 0 ? 'it stays "Unprovisioned"' : 'it does not register this line',
      mend: `write ${missing.map((name) => `<${name}>`).join(', ')}`,
    });
  }
}

function checkButtons({ root, tell, held, question }: JavaPhone): void {
  const most = question.facts.forms.lines.find(({ models }) => models.some((one) => one === question.model))?.lines;
  const taken = new Map<string, ConfigElement>();
  for (const line of elementAt(root, 'sipProfile/sipLines')?.children ?? []) {
    const button = line.attributes.button;
    if (line.name !== 'line') continue;
    const first = button === undefined ? undefined : taken.get(button);
    if (button === undefined || first !== undefined) {
      tell(held(line), {
        code: button === undefined ? 'P_CONFIG_VALUE' : 'P_CONFIG_KEY_TWICE',
        severity: 'works badly',
        place: 'line button',
        wrong:
          first === undefined ? 'the line has no button' : `the line of line ${first.line} has this button already`,
        phone: 'it may pass the line over',
        mend: 'give each line a button of its own, from 1 on',
      });
    } else taken.set(button, line);
    if (most !== undefined && Number(button) > most && childOf(line, 'featureID')?.text === '9') {
      tell(held(line), {
        code: 'P_CONFIG_VALUE',
        severity: 'harmless',
        place: 'line button',
        wrong: `a ${question.model} has ${most} lines`,
        phone: 'it passes the line over',
        mend: 'leave the line out',
      });
    }
  }
}

function checkFiles({ root, tell, held, isThere }: JavaPhone): void {
  const dial = elementAt(root, 'sipProfile/dialTemplate');
  if (dial === null || dial.text === '') {
    tell(held(dial), {
      code: 'P_DIALLING_WAITS',
      severity: 'harmless',
      place: 'dialTemplate',
      wrong: 'no dial template is named',
      phone: 'it waits 10 to 15 seconds after the last digit',
      mend: 'write <dialTemplate>dialplan.xml</dialTemplate> and serve the file',
    });
  }
  for (const [path, code] of [
    ['sipProfile/dialTemplate', 'P_DIAL_TEMPLATE_MISSING'],
    ['sipProfile/softKeyFile', 'P_SERVICE_FILE_UNREADABLE'],
  ] as const) {
    const element = elementAt(root, path);
    if (element === null || element.text === '' || isThere(element.text) !== false) continue;
    tell(held(element), {
      code,
      severity: code === 'P_DIAL_TEMPLATE_MISSING' ? 'works badly' : 'harmless',
      place: path,
      wrong: `${element.text} does not lie beside this file`,
      phone:
        code === 'P_DIAL_TEMPLATE_MISSING'
          ? 'it waits after the last digit'
          : 'it uses the soft keys that are built in',
      mend: 'put the file there, or leave the name empty; the name is written with its extension',
    });
  }
  for (const name of ['userLocale', 'networkLocale']) {
    const element = childOf(root, name);
    if (element === null) continue;
    const folder = childOf(element, 'name')?.text ?? element.text;
    const files = name === 'userLocale' ? ['mk-sip.jar', 'tc-sip.jar', 'be-sip.jar', 'td-sip.jar'] : ['g3-tones.xml'];
    if (folder !== '' && files.some((file) => isThere(`${folder}/${file}`) === true)) continue;
    tell(held(element), {
      code: 'P_ERROR_UPDATE_LOCALE',
      severity: 'harmless',
      place: name,
      wrong: 'a locale is named',
      phone: 'without its files it shows "Error Updating Locale" and goes on in English',
      mend: 'leave it out, or serve the files of this locale',
    });
  }
}

function checkAccess({ root, tell, held }: JavaPhone): void {
  const label = elementAt(root, 'sipProfile/phoneLabel');
  if (label !== null && (label.text.length > 12 || /\s/.test(label.text))) {
    const isLong = label.text.length > 12;
    tell(held(label), {
      code: 'P_PHONE_LABEL_REFUSED',
      severity: isLong ? 'will not work' : 'works badly',
      place: 'phoneLabel',
      wrong: isLong ? 'the label has more than 12 characters' : 'the label has blanks',
      phone: 'it may refuse the whole file, so it is reported',
      mend: 'use at most 12 characters and no blanks',
    });
  }
  const web = elementAt(root, 'vendorConfig/webAccess');
  if (web?.text === '1') {
    tell(held(web), {
      code: 'P_WEB_PAGE_OFF',
      severity: 'harmless',
      place: 'webAccess',
      wrong: '1 means off',
      phone: 'its web page cannot be reached',
      mend: 'write 0 to see it',
    });
  }
  const mode = childOf(root, 'deviceSecurityMode');
  if (mode !== null && mode.text !== '' && mode.text !== '1') {
    tell(held(mode), {
      code: 'P_SECURITY_MODE',
      severity: 'will not work',
      place: 'deviceSecurityMode',
      wrong: 'it asks for security',
      phone: 'it waits for a trust list, again and again',
      mend: 'write 1',
    });
  }
  const kpml = elementAt(root, 'sipProfile/kpml');
  if (kpml === null || kpml.text !== '0') {
    tell(held(kpml), {
      code: 'P_KPML_DIGITS',
      severity: 'works badly',
      place: 'kpml',
      wrong: kpml === null ? 'it is missing, and 3 is what the phone takes then' : 'it is not 0',
      phone: 'with some servers it calls after one or two digits (484)',
      mend: 'write <kpml>0</kpml>',
    });
  }
}

function checkEarlierOwner({ root, tell, question }: JavaPhone): void {
  if (!question.isSecondHand) return;
  const missing = question.facts.javaElements
    .filter(({ path, isOfEarlierOwner, written }) => isOfEarlierOwner && written !== null && !path.includes('@'))
    .filter(({ path }) => elementAt(root, path) === null)
    .map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
  if (missing.length === 0) return;
  tell(null, {
    code: 'P_EARLIER_OWNER_SETTINGS',
    severity: 'works badly',
    place: `${missing.length} elements`,
    wrong: `these are missing: ${missing.join(', ')}`,
    phone: 'it may keep what an earlier owner wrote there',
    mend: 'write them all, those without a value empty',
  });
}
