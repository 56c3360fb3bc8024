import * as z from 'zod';
import type { LldpdNeighbour } from '../../core/switch/read-lldpd.ts';

// What `lldpcli -f json0` of lldpd 1.0 prints: every element is a list, every text an object with `value`. An attribute that reads "yes" or "on"
// comes as a boolean (src/client/json_writer.c), so that an interface of that name has none.
const attribute = z
  .union([z.string(), z.boolean()])
  .optional()
  .transform((value) => (typeof value === 'string' ? value : ''));
const texts = z
  .array(z.object({ value: z.string().optional() }))
  .default([])
  .transform((all) => all.map(({ value = '' }) => value));
const id = z
  .array(z.object({ type: attribute, value: z.string().default('') }))
  .default([])
  .transform(([first]) => first ?? { type: '', value: '' });
const chassis = z.object({ id, name: texts, descr: texts, 'mgmt-ip': texts });
const inventory = z.object({ software: texts, model: texts });
const neighbour = z.object({
  name: attribute,
  via: attribute,
  age: attribute,
  chassis: z.array(chassis).default([]),
  port: z.array(z.object({ id })).default([]),
  'lldp-med': z.array(z.object({ inventory: z.array(inventory).default([]) })).default([]),
});
const answer = z.object({ lldp: z.array(z.object({ interface: z.array(neighbour).default([]) })) });

/** The neighbours in what `lldpcli -f json0 show neighbors` printed; null where that is something else. */
export function neighboursIn(text: string): readonly LldpdNeighbour[] | null {
  const told = answer.safeParse(parsed(text));
  if (!told.success) return null;
  return told.data.lldp.flatMap((all) => all.interface).map(plain);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function plain(one: z.output<typeof neighbour>): LldpdNeighbour {
  const [said] = one.chassis;
  const [{ software, model } = { software: [], model: [] }] = one['lldp-med'].flatMap((med) => med.inventory);
  return {
    ...{ port: one.name, via: one.via, age: one.age },
    ...{ name: said?.name[0] ?? '', description: said?.descr[0] ?? '', addresses: said?.['mgmt-ip'] ?? [] },
    chassisId: said?.id ?? NAMELESS,
    portId: one.port[0]?.id ?? NAMELESS,
    ...{ software: software[0] ?? '', model: model[0] ?? '' },
  };
}

const NAMELESS = { type: '', value: '' };
