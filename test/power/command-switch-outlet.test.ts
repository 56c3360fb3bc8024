import { expect, test } from 'vitest';
import { commandSwitch, POWER_PLACEHOLDERS } from '../../src/adapters/power/command-switch.ts';
import { parseArgvTemplate } from '../../src/core/command/argv-template.ts';
import { macOf } from '../support/bench.ts';

function switchOf(command: string) {
  const template = parseArgvTemplate(command, POWER_PLACEHOLDERS);
  if (!template.ok) throw new Error(template.error);
  return commandSwitch(template.value);
}

test.each(['poe {port} {label}', 'poe {port} {address}'])(
  'a phone hangs at its port, whatever else "%s" asks for and is not known of it',
  (command) => {
    const { outletOf, lacks } = switchOf(command);
    const known = { mac: macOf(1), address: '192.0.2.11', label: 'desk 1', port: 'gi0/8' };
    const bare = { mac: macOf(2), address: null, label: null, port: ' GI0/8' };
    expect(lacks(bare)).not.toBeNull();
    expect(outletOf(bare)).toEqual(outletOf(known));
    expect(outletOf({ ...known, port: ' ' })).toBeNull();
  },
);
