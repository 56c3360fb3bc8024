import { type MacAddress, parseMac } from '../names/mac-address.ts';
import type { Said } from './statement.ts';

/** What `/DeviceInformationX` says of its phone. */
export interface DevicePage {
  readonly mac: MacAddress;
  readonly said: Said;
  readonly words: string;
}

/** A load, a version or an archive, as phones spell them. */
const NAME = /^[\x21-\x7e]{1,64}$/;

/**
 * Reads the page; null where it does not say which phone it is, or says nothing of its load. Its names are the same in every language (witnesses-seen 5). A
 * Java phone names an archive as what runs, and the load, or what its boot loader called it, between stars as the version (java-phones 6).
 */
export function readDevicePage(text: string): DevicePage | null {
  const mac = parseMac(field(text, 'MACAddress') ?? '');
  const runs = name(field(text, 'appLoadID'));
  const version = name(field(text, 'versionID')?.replace(/^\*+|\*+$/g, ''));
  if (!mac.ok || runs === null) return null;
  const isArchive = /\.sbn$/i.test(runs);
  const said = isArchive
    ? { load: version, archive: runs, agent: null }
    : { load: runs.replace(/\.loads$/i, ''), archive: null, agent: null };
  return { mac: mac.value, said, words: `appLoadID ${runs}${version === null ? '' : `, versionID ${version}`}` };
}

function field(text: string, tag: string): string | null {
  const from = text.indexOf(`<${tag}>`);
  const to = from < 0 ? -1 : text.indexOf(`</${tag}>`, from);
  return to < 0 || to - from > 256 ? null : text.slice(from + tag.length + 2, to).trim();
}

function name(text: string | null | undefined): string | null {
  return text !== null && text !== undefined && NAME.test(text) ? text : null;
}
