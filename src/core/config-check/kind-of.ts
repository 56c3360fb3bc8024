import type { ConfigElement } from './element.ts';

/** What a file is to a phone. */
export type ConfigKind =
  | 'legacy-default'
  | 'legacy'
  | 'java'
  | 'java-default'
  | 'dial-template'
  | 'legacy-rings'
  | 'java-rings'
  | 'pictures'
  | 'soft-keys'
  | 'sync'
  | 'page';

const BY_NAME: readonly (readonly [RegExp, ConfigKind])[] = [
  [/^SIPDefault\.cnf$/i, 'legacy-default'],
  [/^SIP[0-9A-F]{12}\.cnf$/i, 'legacy'],
  [/^SEP[0-9A-F]{12}\.cnf\.xml$/i, 'java'],
  [/^XMLDefault\.cnf\.xml$/i, 'java-default'],
  [/^RINGLIST\.DAT$/i, 'legacy-rings'],
  [/^(distinctive)?ringlist\.xml$/i, 'java-rings'],
  [/^List\.xml$/i, 'pictures'],
  [/^syncinfo\.xml$/i, 'sync'],
  [/^dialplan\.xml$/i, 'dial-template'],
];

const BY_ROOT: Readonly<Record<string, ConfigKind>> = {
  device: 'java',
  default: 'java-default',
  dialtemplate: 'dial-template',
  dialplan: 'dial-template',
  ciscoipphoneringlist: 'java-rings',
  ciscoipphoneimagelist: 'pictures',
  softkeycfg: 'soft-keys',
  syncinfo: 'sync',
  image: 'sync',
  ciscoipphonetext: 'page',
  ciscoipphonemenu: 'page',
  ciscoipphonedirectory: 'page',
  ciscoipphoneinput: 'page',
  ciscoipphoneimage: 'page',
};

/** The last part of a path with slashes of either kind. */
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** What a file is by its name; null for a name that says nothing. */
export function kindOfName(name: string): ConfigKind | null {
  return BY_NAME.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

/** What an XML file is by its root; null for one that no phone asks for. */
export function kindOfRoot({ name }: ConfigElement): ConfigKind | null {
  const key = name.toLowerCase();
  return Object.hasOwn(BY_ROOT, key) ? (BY_ROOT[key] ?? null) : null;
}

/** Whether a text of an unknown name looks like a configuration of a 7940 or 7960. */
export function isLikeLegacy(text: string): boolean {
  const lines = text.slice(0, 4096).split(/\r?\n/);
  return (
    lines.filter((line) =>
      /^\s*(proxy\d?_|line\d_|image_version|sntp_|dial_template|nat_|phone_label)\w*\s*:/.test(line),
    ).length > 1
  );
}
