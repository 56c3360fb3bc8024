import { createHash } from 'node:crypto';

/** Platform ids read from real loaders (legacy-79x0 1.4). */
const KNOWN: Readonly<Record<string, string>> = {
  'P003-07-5-00': 'PAS3X060',
  'P003-8-12-00': 'PAS30830',
  P0030801SR02: 'PAS30831',
};

/**
 * The platform id of a loader, which `LA_VERSION` of a manifest is compared with. Three are known; the others are
 * invented, but always the same for the same name, so that synthetic firmware and emulated phones agree.
 */
export function loaderPlatform(loader: string): string {
  const digest = createHash('sha256').update(loader, 'latin1').digest('hex').slice(0, 4).toUpperCase();
  return KNOWN[loader] ?? `PAS3${digest}`;
}
