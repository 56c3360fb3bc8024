import { existsSync } from 'node:fs';
import { countText } from '../../core/text/amounts.ts';
import type { CliIo } from '../io.ts';
import type { Settings } from '../settings/layers.ts';
import { accountsKeyPath, databasePath } from '../settings/values.ts';
import { loadPhoneConfig, withDatabase } from '../wiring.ts';

/**
 * What a server that configures landed phones needs beyond its record: the key of the passwords, and the facts about configurations. Gives
 * what is to be said of the accounts; null where there are none. Rejects with AppError as `serve` does.
 */
export async function checkAccounts(settings: Settings, io: CliIo): Promise<string | null> {
  const { SealedBook } = await import('../../adapters/accounts/sealed-book.ts');
  await loadPhoneConfig();
  if (!existsSync(databasePath(settings, io.env))) return null;
  const keyFile = accountsKeyPath(settings, io.env);
  const accounts = await withDatabase(settings, io, 'reader', (store) => {
    const fault = new SealedBook(store, keyFile).fault();
    if (fault !== null) throw fault;
    return store.sealedAccounts().length;
  });
  return accounts === 0 ? null : `${countText(accounts, 'account')}, opened by ${keyFile}`;
}
