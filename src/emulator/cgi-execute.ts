import { get } from 'node:http';
import { readXml } from './config/xml-reader.ts';

/** More items than that are refused (java-phones 8). */
const MOST_ITEMS = 3;
/** From the settings, `**#**`: the phone starts again (java-phones 7 and 8, after-landing F34). */
const RESTART_KEYS = ['KeyPadStar', 'KeyPadStar', 'KeyPadPound', 'KeyPadStar', 'KeyPadStar'];
/** What the server that is asked has to answer, to the letter (java-phones 8). */
const AUTHORIZED = 'AUTHORIZED';
/** Invented. */
const ANSWER_MS = 5000;

/** What is ordered by POST to `/CGI/Execute`, in order; null for what is no such order. */
export function readExecute(form: string): readonly string[] | null {
  const read = readXml(new URLSearchParams(form).get('XML') ?? '');
  if (!read.ok || read.root.name !== 'CiscoIPPhoneExecute') return null;
  const items = read.root.children.filter(({ name }) => name === 'ExecuteItem');
  if (items.length === 0 || items.length > MOST_ITEMS) return null;
  return items.map(({ attributes }) => attributes.URL ?? '');
}

/** The keys that were pressed, as far as they lead to a restart. */
export class KeyPad {
  #pressed: readonly string[] | null = null;

  /** Presses what an item names, such as `Key:Settings`; true when that ends the way to a restart. */
  press(item: string): boolean {
    const key = /^Key:(\w+)$/.exec(item)?.[1] ?? '';
    if (key === 'Settings') this.#pressed = [];
    else if (this.#pressed !== null) this.#pressed = [...this.#pressed, key];
    if (this.#pressed?.some((one, n) => one !== RESTART_KEYS[n]) === true) this.#pressed = null;
    return this.#pressed?.length === RESTART_KEYS.length;
  }
}

/**
 * Whether an order may be given: a phone without `authenticationURL` takes everything, another one asks there with the name and the
 * password of the request (java-phones 8). That it asks by GET is invented.
 */
export async function isAllowed(url: string, authorization: string, mac: string): Promise<boolean> {
  if (url === '') return true;
  const [, basic = ''] = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization) ?? [];
  const [name = '', ...password] = Buffer.from(basic, 'base64').toString('latin1').split(':');
  if (basic === '' || !URL.canParse(url) || !/^http:/i.test(url)) return false;
  const asked = new URL(url);
  asked.searchParams.set('UserID', name);
  asked.searchParams.set('Password', password.join(':'));
  asked.searchParams.set('devicename', `SEP${mac}`);
  return (await textAt(asked)) === AUTHORIZED;
}

function textAt(url: URL): Promise<string> {
  return new Promise((resolve) => {
    const request = get(url, { timeout: ANSWER_MS, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('latin1').on('data', (part: string) => {
        text += part;
        if (text.length > AUTHORIZED.length) answer.destroy();
      });
      answer.on('close', () => resolve(text)).on('error', () => resolve(''));
    });
    request.on('timeout', () => request.destroy()).on('error', () => resolve(''));
  });
}

/** What the phone answers: one item for each that was ordered, or a number (1 for an order that it cannot read, 4 for a wrong password). */
export function executeAnswer(items: readonly string[] | 1 | 4): string {
  const head = '<?xml version="1.0" encoding="iso-8859-1"?>\n';
  if (typeof items === 'number') return `${head}<CiscoIPPhoneError Number="${items}" />`;
  const escaped = (text: string) => text.replace(/[&<"]/g, (one) => ({ '&': '&amp;', '<': '&lt;' })[one] ?? '&quot;');
  const lines = items.map((item) => `<ResponseItem Status="0" Data="Success" URL="${escaped(item)}" />`);
  return `${head}<CiscoIPPhoneResponse>${lines.join('')}</CiscoIPPhoneResponse>`;
}
