import { BINDING_LIMITS } from '../../core/who/bindings.ts';
import type { AddressBinding } from '../../ports/store.ts';
import type { Connection } from './load-driver.ts';

/** A tie this old tells neither who asks nor where a phone was heard last (invented). */
const KEPT_MS = 30 * 86_400_000;
/** Addresses are counted after so many new ties: to count them takes milliseconds (invented). */
const COUNT_EVERY = 1_024;

/**
 * Writes ties between addresses and MACs into a transaction that the caller has opened, and lets those go that the table in
 * memory would let go too: the network chooses both, so neither may grow. An address loses all its ties or none but those beyond
 * the newest few; one that kept the tie to a phone and lost the one that contradicts it would be believed.
 */
export function bindingWriter(db: Connection): (binding: AddressBinding) => void {
  const { maxAddresses, maxClaimsPerAddress } = BINDING_LIMITS;
  const insert = db.prepare<[AddressBinding]>(
    `INSERT INTO address_bindings (address, mac, source, learnt_at) VALUES (@address, @mac, @source, @learntAt)
     ON CONFLICT (address, mac, source) DO UPDATE SET learnt_at = max(learnt_at, excluded.learnt_at)`,
  );
  const claims = db.prepare<[string], number>('SELECT count(*) FROM address_bindings WHERE address = ?').pluck();
  const dropClaims = db.prepare<[{ address: string }]>(
    `DELETE FROM address_bindings WHERE address = @address AND (mac, source) NOT IN (
       SELECT mac, source FROM address_bindings WHERE address = @address ORDER BY learnt_at DESC LIMIT ${maxClaimsPerAddress})`,
  );
  const dropAged = db.prepare<[number]>('DELETE FROM address_bindings WHERE learnt_at < ?');
  const addresses = db.prepare<[], number>('SELECT count(DISTINCT address) FROM address_bindings').pluck();
  const dropOldest = db.prepare<[]>(
    `DELETE FROM address_bindings WHERE address IN (
       SELECT address FROM address_bindings GROUP BY address ORDER BY max(learnt_at) DESC LIMIT -1 OFFSET ${maxAddresses})`,
  );
  // The first tie brings a record into bounds that an earlier version left without any.
  let untilCount = 0;

  return (binding) => {
    insert.run(binding);
    if ((claims.get(binding.address) ?? 0) > maxClaimsPerAddress) dropClaims.run({ address: binding.address });
    if (untilCount-- > 0) return;
    untilCount = COUNT_EVERY;
    dropAged.run(binding.learntAt - KEPT_MS);
    if ((addresses.get() ?? 0) > maxAddresses) dropOldest.run();
  };
}
