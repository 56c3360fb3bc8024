import { SealedBook } from '../adapters/accounts/sealed-book.ts';
import { CONFIGURED_FOR_MS, MadeConfigurations } from '../app/configuration/made-configurations.ts';
import type { PbxPlace } from '../core/account/account.ts';
import type { Matrix } from '../core/matrix/matrix.ts';
import type { PhoneConfigFacts } from '../core/phone-config/facts.ts';
import type { ConfigSettings } from '../core/phone-config/wish.ts';
import type { AccountShelf } from '../ports/account-book.ts';
import type { Configurations } from '../ports/configurations.ts';
import type { Log } from '../ports/log.ts';

/** What an operator wants of the configurations of landed phones. */
export interface Configuring {
  readonly pbx: PbxPlace;
  readonly settings: ConfigSettings;
  /** Whether phones are given theirs for ever, and not only for a time after their landing. */
  readonly keeps: boolean;
}

interface ConfiguringSources {
  readonly shelf: AccountShelf;
  readonly keyFile: string;
  readonly facts: PhoneConfigFacts;
  readonly matrix: Matrix;
  readonly log: Log;
}

/**
 * What landed phones are configured with, of the accounts in the record. Throws AppError `E_ACCOUNTS_KEY_LOST` or
 * `E_ACCOUNTS_KEY_UNREADABLE` where there are accounts that nobody can read.
 */
export function landedConfigurations(
  { pbx, settings, keeps }: Configuring,
  { shelf, keyFile, facts, matrix, log }: ConfiguringSources,
): Configurations {
  const accounts = new SealedBook(shelf, keyFile);
  const fault = accounts.fault();
  if (fault !== null) throw fault;
  return new MadeConfigurations({
    ...{ accounts, facts, matrix, pbx, settings, log },
    forMs: keeps ? null : CONFIGURED_FOR_MS,
  });
}
