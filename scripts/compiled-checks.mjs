// Makes of zod's schemas, when the package is built, the functions that zod itself would make of them in every process: so a command that reads
// a record checks it whole and loads no zod. What a schema says of a value that does not fit is still asked of zod, which is loaded then.
import { compileFn, util } from 'zod/v4/core';

/** Functions of zod that its checks call: they come from there, by name. */
const OF_ZOD = new Map(
  Object.entries(util)
    .filter(([, value]) => typeof value === 'function')
    .map(([name, value]) => [value, name]),
);

/**
 * The check of a schema as the text of an expression, a function that gives `Symbol.for('zod.compile.invalid')` for what does not fit; `util` is
 * how the text calls zod's own functions. Throws where zod cannot make a whole check, or one that calls anything else.
 */
export function checkText(schema, util = 'util') {
  const { names, values, code } = partsOf(schema);
  const constants = names.map((name, i) => `const ${name} = ${textOf(values[i], util)};`);
  return `(() => {\n${constants.join('\n')}\n${code}\n})()`;
}

/** What zod hands to `new Function`: it tells nobody else. */
function partsOf(schema) {
  const { Function: Real } = globalThis;
  let parts = null;
  globalThis.Function = function Seen(...words) {
    const make = new Real(...words);
    return (...values) => {
      parts = { names: words.slice(0, -1), code: words.at(-1), values };
      return make(...values);
    };
  };
  try {
    // What is refused must be refused by zod, too: otherwise a sound record would be held.
    if (compileFn(schema, { assertOnly: true }).definite !== true)
      throw new Error('zod cannot check this schema whole');
  } finally {
    globalThis.Function = Real;
  }
  return parts;
}

function textOf(value, util) {
  if (typeof value === 'symbol') return `Symbol.for(${JSON.stringify(Symbol.keyFor(value))})`;
  if (value instanceof RegExp) return String(value);
  if (value instanceof Set) return `new Set(${JSON.stringify([...value])})`;
  if (value === Object.prototype.propertyIsEnumerable) return 'Object.prototype.propertyIsEnumerable';
  if (OF_ZOD.has(value)) return `${util}.${OF_ZOD.get(value)}`;
  throw new Error(`a check cannot be written down that needs ${value}`);
}
