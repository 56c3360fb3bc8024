import { familyOfLoad, parseLoadName } from '../names/load-name.ts';
import { type ConfigElement, childOf } from './element.ts';
import type { JavaPhone } from './java-phone.ts';
import { tellOtherLoad } from './shared-rules.ts';
import { faultOfLoad } from './value-form.ts';

/** Whether a file names a load to a 7940 or 7960, which reads nothing else in it, and has nothing for a Java phone. */
export function isForOldPhone(root: ConfigElement): boolean {
  const named = childOf(root, 'loadInformation')?.text ?? '';
  return familyOfLoad(named) === '79x0' && childOf(root, 'sipProfile') === null;
}

/** What a 7940 or 7960 does with the load that such a file names. */
export function checkOldPhoneLoad({ root, tell, held, question }: JavaPhone): void {
  const element = childOf(root, 'loadInformation');
  const { load } = question;
  if (element === null || load === null || load.family !== '79x0' || load.name === element.text) return;
  tellOtherLoad(held(element), 'loadInformation', load.name, tell);
}

/** What a Java phone does with the load that its file names. */
export function checkJavaLoad({ root, tell, held, question }: JavaPhone): void {
  const element = childOf(root, 'loadInformation');
  if (element === null || element.text === '') return;
  const place = 'loadInformation';
  const at = held(element);
  const fault = faultOfLoad(element.text);
  const parsed = parseLoadName(element.text);
  if (fault !== null || !parsed.ok) {
    tell(at, {
      code: 'P_VERSION_ERROR',
      severity: 'works badly',
      place,
      wrong: fault ?? 'it is no name of a load',
      phone: 'it looks for a load that is not there at each start',
      mend: 'name the load that it runs, without extension, such as SIP42.9-4-2SR3-1S',
    });
    return;
  }
  const { family, protocol } = parsed.value;
  const wanted = question.family ?? question.load?.family ?? null;
  if (family === '79x0' || (wanted !== null && family !== wanted)) {
    const isOld = family === '79x0';
    tell(at, {
      code: 'P_LOAD_ID_INCORRECT',
      severity: 'will not work',
      place,
      wrong: isOld
        ? 'it is a load of a 7940 or 7960'
        : `it is a load of family ${family}, and the phone is of family ${wanted}`,
      phone: isOld
        ? 'a 7940 or 7960 reads nothing else in this file'
        : 'it refuses the load, or looks for it at each start',
      mend: isOld
        ? 'put its settings into SIP<MAC>.cnf; in a file for a Java phone name the load of that phone'
        : 'name the load that it runs',
    });
  } else if (protocol !== 'SIP') {
    tell(at, {
      code: 'P_CONFIG_NAMES_OTHER_LOAD',
      severity: 'will not work',
      place,
      wrong: 'it is no SIP load',
      phone: 'it leaves the load that reads this file',
      mend: 'name the load that it runs',
    });
  } else if (question.load !== null && question.load.name !== element.text) {
    tellOtherLoad(at, place, question.load.name, tell);
  }
}
