import { countText, sizeText } from '../text/amounts.ts';
import { printable } from '../tftp/printable.ts';
import { bad, good, type Seen, unknown, type Verdict } from './seen.ts';

/** Less room than this for the record is said to be too little (invented; a phone's whole road takes some 100 kB of it). */
const LEAST_FREE_BYTES = 64_000_000;
/** Before this year no release of loadstep was made: the clock is not set. */
const FIRST_YEAR = 2024;
/** So many files are named where all would be too many. */
const MOST_NAMED = 3;

export function judgeDatabase({ database: { path, refusal, freeBytes } }: Seen): Verdict {
  if (refusal !== null) return bad('record', refusal.message, refusal.code);
  if (freeBytes === null)
    return unknown('record', `${path} can be written; how much room there is, this system does not say`);
  if (freeBytes === 0)
    return bad('record', `there is no room for ${path}: make some, or give another place with --db`, 'E_DISK_FULL');
  const room = `${sizeText(freeBytes)} free`;
  if (freeBytes < LEAST_FREE_BYTES)
    return bad('record', `${path} can be written, but there is little room: ${room}; make some`);
  return good('record', `${path} can be written, ${room}`);
}

export function judgeFirmware({ firmware: { folders, refusal, packages, faulty } }: Seen): Verdict {
  const where = printable(folders.join(' and '));
  if (refusal !== null) return bad('firmware', refusal.message, refusal.code);
  const faults = faulty === 0 ? '' : `; ${faulty} more not to be used: "loadstep firmware verify" says which and why`;
  if (packages === 0) {
    return bad(
      'firmware',
      `no package in ${where}${faults}; "loadstep firmware needed --target LOAD" names what to get, "loadstep firmware import ARCHIVE" brings it`,
    );
  }
  const text = `${countText(packages, 'package')} in ${where}${faults}`;
  return faulty === 0 ? good('firmware', text) : bad('firmware', text);
}

export function judgeLeases({ leases }: Seen): readonly Verdict[] {
  if (leases.length === 0) {
    return [
      unknown('leases', 'no --leases: phones are known by the neighbour table and by names that carry their MAC'),
    ];
  }
  return leases.map(({ path, refusal, entries }) =>
    refusal === null
      ? good('leases', `${path}: ${entries === 1 ? '1 address' : `${entries} addresses`}`)
      : bad('leases', refusal.message, refusal.code),
  );
}

export function judgeNeighbours({ hasNeighbourAges }: Seen): Verdict {
  if (hasNeighbourAges) return good('neighbours', 'the neighbour table can be read, with the age of its entries');
  return bad(
    'neighbours',
    'the age of its entries cannot be read: install iproute2 (the command ip), or a phone at a new address is known one boot later',
  );
}

export function judgeRoot({ root }: Seen): readonly Verdict[] {
  if (root === null) return [];
  if (root.refusal !== null) return [bad('root', root.refusal.message, root.refusal.code)];
  if (root.loads.length === 0) return [good('root', `${root.folder}: no file in it is a load or names one`)];
  const named = root.loads.slice(0, MOST_NAMED).map(printable).join(', ');
  const more = root.loads.length > MOST_NAMED ? ` and ${root.loads.length - MOST_NAMED} more` : '';
  const them = root.loads.length === 1 ? 'it' : 'them';
  return [
    bad(
      'root',
      `${countText(root.loads.length, 'file')} of ${root.folder} ${root.loads.length === 1 ? 'is a load or names one' : 'are a load or name one'}: ${named}${more}; ` +
        `phones do not get ${them} from loadstep, but from any other server that gives this tree out: see that none does`,
    ),
  ];
}

export function judgeClock({ year }: Seen): Verdict {
  if (year >= FIRST_YEAR) return good('clock', `it is ${year}`);
  return bad('clock', `this machine believes that it is ${year}: set its clock, or the record tells wrong times`);
}
