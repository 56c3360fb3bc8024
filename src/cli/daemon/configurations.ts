import type { SqliteStore } from '../../adapters/sqlite/open-store.ts';
import type { Matrix } from '../../core/matrix/matrix.ts';
import type { Log } from '../../ports/log.ts';
import type { ServerParts } from '../../server/start-server.ts';
import type { CommandContext } from '../command.ts';
import type { ServeSettings } from '../settings/serve-settings.ts';
import { accountsKeyPath } from '../settings/values.ts';
import { loadPhoneConfig } from '../wiring.ts';

/** What landed phones are configured with, for the server. */
export async function configurationsOf(
  { settings, io }: CommandContext,
  { configuring }: ServeSettings,
  { store, matrix, log }: { readonly store: SqliteStore; readonly matrix: Matrix; readonly log: Log },
): Promise<Pick<ServerParts, 'configurations'>> {
  if (configuring === null) return {};
  const { landedConfigurations } = await import('../../server/landed-configurations.ts');
  const [keyFile, facts] = [accountsKeyPath(settings, io.env), await loadPhoneConfig()];
  return { configurations: landedConfigurations(configuring, { shelf: store, keyFile, facts, matrix, log }) };
}
