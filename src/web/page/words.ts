const MAC = '(MAC|[0-9A-F]{12}|<that MAC>)';
const VALUE = '(?:<[^>]*>|"[^"]*"|\'[^\']*\'|[^\\s,;:)`"]+)';

/** What the flags of `enroll` are called on the page of a phone. */
const FIELDS: Readonly<Record<string, string>> = { target: 'Target', from: 'Runs', model: 'Model' };

/** What to fill in on the page of a phone in place of `enroll` with these flags. The target that it has stands there already. */
function filledIn(flags: string, page: string, isOrder: boolean): string {
  const all = [...flags.matchAll(new RegExp(`--([a-z]+) (${VALUE})`, 'g'))].flatMap(([, flag = '', value = '']) =>
    FIELDS[flag] === undefined ? [] : [{ name: FIELDS[flag], value: value.replace(/\.$/, '') }],
  );
  const isToFill = ({ value }: { readonly value: string }) => /^<|^[A-Z]+$/.test(value);
  const changed = all.length > 1 ? all.filter((one) => one.name !== FIELDS.target || isToFill(one)) : all;
  const fields = changed.map((one) => (isToFill(one) ? `“${one.name}”` : `“${one.name}” with ${one.value}`));
  const end = flags.endsWith('.') ? '.' : '';
  if (isOrder) return `fill in ${fields.join(' and ')} under “What is wanted” on ${page}${end}`;
  return `“What is wanted” on ${page} (${fields.join(', ')})${end}`;
}

const ENROLL = new RegExp(`(run: )?[\`"]?loadstep enroll --mac ${MAC}((?: --[a-z]+ ${VALUE})+)[\`"]?`, 'g');
const ORDER = new RegExp(`(run: )?[\`"]?loadstep (retry|release|cancel)(?: --mac ${MAC})?[\`"]?`, 'g');
const ORDERS: Readonly<Record<string, string>> = { retry: 'Try again', release: 'Release', cancel: 'Cancel' };

/** Other commands in the words of the server, each with what does the same on the page. */
const ELSEWHERE: readonly (readonly [RegExp, string])[] = [
  [/run [`"]?loadstep firmware verify( [\w-]+)?[`"]?/g, 'press “Verify” on “Firmware”'],
  [/run: loadstep firmware verify( [\w-]+)?/g, 'press “Verify” on “Firmware”'],
  [/[`"]?loadstep firmware verify( [\w-]+)?[`"]?/g, '“Verify” on “Firmware”'],
  [/(run: )?[`"]?loadstep firmware import ARCHIVE[`"]?/g, 'drop the archive on “Firmware”'],
  [/run: [`"]?loadstep resume[`"]?/g, 'press “Let the batch go on” on “Batch”'],
  [/[`"]?loadstep resume[`"]?/g, '“Let the batch go on” on “Batch”'],
  [/(see: )?[`"]?loadstep explain ([EP]_[A-Z_]+)[`"]?/g, 'see $2'],
  [/[`"]loadstep explain (?:"[^"]*"|[A-Z]+)[`"]/g, '“Explain”'],
  [/(see: )?[`"]?loadstep plan[`"]?(?= shows|$|,)/g, 'its page'],
  [/[`"]loadstep plan[`"]/g, 'its road'],
  [/[`"]loadstep status --mac MAC[`"]/g, 'its page'],
  [/--from ([\w-]+) was entered/g, 'it was entered that it runs $1'],
  [/or give --target LOAD/g, 'or fill in “Target load”'],
  [/give --from LOAD|say it with --from/g, 'fill in “Runs” under “What is wanted”'],
  [/--from ([\w-]+)(?= (?:is|does))/g, 'that it runs $1'],
];

/** A text of the server, with the buttons of the page where it names commands that do the same; `own` is the phone that it is about. */
export function onPage<T extends string | null | undefined>(text: T, own: string | null = null): T {
  // Most texts name no command, and a bench of a thousand phones is told of every second.
  if (text == null || !/loadstep |--/.test(text)) return text;
  const pageOf = (mac?: string) =>
    mac === undefined || own === null || mac === own || !/^[0-9A-F]{12}$/.test(mac) ? 'its page' : `the page of ${mac}`;
  const said = text
    .replaceAll(ENROLL, (_whole, run: string | undefined, mac: string, flags: string) =>
      filledIn(flags, pageOf(mac), run !== undefined),
    )
    .replaceAll(ORDER, (_whole, run: string | undefined, what: string, mac?: string) => {
      const button = `“${ORDERS[what] ?? what}” on ${pageOf(mac)}`;
      return run === undefined ? button : `press ${button}`;
    });
  return ELSEWHERE.reduce<string>((told, [command, button]) => told.replaceAll(command, button), said) as T;
}
