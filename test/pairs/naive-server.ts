import type { TftpAnswer } from '../../src/ports/tftp.ts';
import type { FixedFirmware } from './firmware.ts';
import { type RoadPhone, Unplugged, type Wire } from './road-phone.ts';

const MOST_BOOTS = 4;
const MOST_ASKED = 80;
const MANAGER =
  '<callManager><ports><ethernetPhonePort>2000</ethernetPhonePort></ports><processNodeName>192.0.2.1</processNodeName></callManager>';

/**
 * What an old TFTP server does: it names one load in every file that can name one, to whoever asks, and has its files. Says whether
 * the phone comes to run that load.
 */
export async function takes(phone: RoadPhone, load: string, firmware: FixedFirmware): Promise<boolean> {
  let asked = 0;
  const wire: Wire = {
    wait: async () => {},
    ask: async (name) => {
      if (phone.runs === load || ++asked > MOST_ASKED) throw new Unplugged();
      const bytes = named(name.toLowerCase(), load) ?? firmware.file(load, name);
      return bytes === null
        ? NOT_FOUND
        : { kind: 'content', content: typeof bytes === 'string' ? encode(bytes) : bytes };
    },
  };
  for (let boot = 0; boot < MOST_BOOTS && phone.runs !== load; boot++) {
    await phone.boot(wire).catch((error: unknown) => {
      if (!(error instanceof Unplugged)) throw error;
    });
  }
  return phone.runs === load;
}

const NOT_FOUND: TftpAnswer = { kind: 'error', code: 1, message: 'not found' };

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The text of a file that names a load; null for any other file. */
function named(name: string, load: string): string | null {
  if (name === 'os79xx.txt' || name === 'sepdefault.cnf' || /^sep\w+\.cnf$/.test(name)) return `${load}\n`;
  if (/^(?:sip|mgc)\w+\.cnf$/.test(name)) return `image_version: ${load}\n`;
  if (!name.endsWith('.cnf.xml')) return null;
  const body = `${MANAGER}<loadInformation>${load}</loadInformation>`;
  return name.startsWith('sep') ? `<device>${body}</device>` : `<Default>${body}</Default>`;
}
