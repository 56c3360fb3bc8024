import { addressBytes, type Bytes, be, ethernet, filled, hex, joinBytes, le, PHONE, zeros } from './wire.ts';

/** One SCCP message (layouts of after-landing 3.3 and witnesses-seen 3). */
const message = (id: number, body: Bytes) => joinBytes(le(body.length + 4, 4), le(0, 4), le(id, 4), body);
const field = (text: string, length: number) => joinBytes(text, zeros(length - text.length));
/** A Register of a Java phone, or the shorter one of an old phone. */
export const register = (name: string, load: string | null) => {
  const start = joinBytes(
    field(name, 16),
    zeros(8),
    addressBytes('10.77.0.8'),
    le(115, 4),
    zeros(8),
    [17, 0, 0x72, 0x85],
  );
  const rest = joinBytes(zeros(8), field('RING', 12), zeros(8));
  return message(
    1,
    load === null ? joinBytes(start, rest.slice(0, 24)) : joinBytes(start, rest, zeros(20), field(load, 32)),
  );
};
export const alarm = (text: string) => message(0x20, joinBytes(le(2, 4), field(text, 80), zeros(8)));

const tlv = (type: number, value: string) => joinBytes(be(type, 2), be(value.length + 4, 2), value);
/** What a phone tells the switch by CDP. */
export const cdp = (device: string, platform: string, version: string) => {
  const body = joinBytes(hex('aaaa0300000c2000'), [2, 180, 0, 0], tlv(1, device), tlv(5, version), tlv(6, platform));
  return filled(ethernet('0018b9c0ffee', '01000ccccccc', body.length, body));
};

/** What a phone tells the switch by LLDP: values by their types. */
export const lldp = (...tlvs: readonly (readonly [number, string])[]) => {
  const needed = [
    [1, '\u0004\u0000\u001f\u009e\u0000\u0000\u0001'],
    [2, '\u0007P1'],
    [3, '\u0000\u00b4'],
  ] as const;
  const body = joinBytes(
    ...[...needed, ...tlvs].map(([type, value]) => joinBytes(be((type << 9) | value.length, 2), value)),
    [0, 0],
  );
  return filled(ethernet('001f9e000001', '0180c200000e', 0x88cc, body));
};

/** Options of DHCP, by their codes. */
export const options = (...all: readonly (readonly [number, Bytes | string | readonly number[]])[]) =>
  joinBytes(...all.map(([code, value]) => joinBytes([code, value.length], value)), [255]);
/** A message of DHCP about the phone of these tests. */
export const dhcp = (op: number, yours: string, next: string, tail: Bytes) =>
  joinBytes(
    [op, 1, 6, 0],
    zeros(8),
    zeros(4),
    addressBytes(yours),
    addressBytes(next),
    zeros(4),
    hex(PHONE.mac),
    zeros(10),
    zeros(192),
    hex('63825363'),
    tail,
  );
