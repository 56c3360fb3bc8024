import type { EmulatedPhone } from '../../src/emulator/phone-options.ts';
import { type Form, ifIndexOf, type Rows } from './forms.ts';
import type { OwnAgent } from './own-agent.ts';

/** Wires emulated phones to ports of an agent: power that is taken at a port is taken from its phone, and the link of the port goes with it. */
export function wire(
  agent: OwnAgent,
  rows: Rows,
  kind: Form['kind'],
  phones: ReadonlyMap<number, Pick<EmulatedPhone, 'unplug' | 'plugIn'>>,
): void {
  const before = agent.onSet;
  agent.onSet = (oid, value) => {
    before(oid, value);
    const port = Number(/^1\.3\.6\.1\.2\.1\.105\.1\.1\.1\.3\.1\.(\d+)$/.exec(oid)?.[1] ?? 0);
    const phone = phones.get(port);
    if (phone === undefined) return;
    const isOn = value === 1;
    rows.set(`1.3.6.1.2.1.2.2.1.8.${ifIndexOf(kind, port)}`, ['int', isOn ? 1 : 2]);
    rows.set(`1.3.6.1.2.1.105.1.1.1.6.1.${port}`, ['int', isOn ? 3 : 1]);
    if (isOn) phone.plugIn();
    else phone.unplug();
  };
}
