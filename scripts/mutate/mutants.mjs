// Which small faults can be put into a file of TypeScript: each is a place, what stands there instead, and the kind of fault.
import { createHash } from 'node:crypto';
import { parseAst } from 'vitest/node';
import { MUTATORS } from './mutators.mjs';

/** Every mutant of one file; its id stays as it is while the line it stands on does. */
export function mutantsOf(file, source) {
  const found = [];
  walk(parseAst(source, { lang: 'ts' }), null, (node, parent) => {
    for (const { at = node, probe = node, text, operator } of MUTATORS[node.type]?.(node, parent, source) ?? []) {
      found.push({ start: at.start, end: at.end, probe: probeOf(probe), text, operator });
    }
  });
  const seen = new Map();
  return found.sort(inOrder).map((one) => {
    const was = source.slice(one.start, one.end);
    const lineStart = source.lastIndexOf('\n', one.start) + 1;
    const key = [file, one.operator, was, one.text, source.slice(lineStart, endOfLine(source, one.start))].join('\n');
    const nth = seen.get(key) ?? 0;
    seen.set(key, nth + 1);
    const line = source.slice(0, one.start).split('\n').length;
    return { id: digest(`${key}\n${nth}`).slice(0, 16), file, line, ...one, was };
  });
}

/** The text with the fault in it. */
export function withMutant(source, { start, end, text }) {
  return source.slice(0, start) + text + source.slice(end);
}

/** The same few mutants for the same seed, in an order that says nothing: those whose id, mixed with it, comes first. */
export function sampleOf(mutants, seed, size) {
  const ranked = mutants.map((one) => ({ one, rank: digest(`${seed} ${one.id}`) }));
  return ranked
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, size)
    .map(({ one }) => one);
}

/** The text with `globalThis.hit(id)` at the place of every mutant, so that a run tells which of them it comes by. */
export function withHits(source, mutants) {
  const pieces = mutants.flatMap(({ id, probe: { start, end, kind } }) => {
    const hit = `globalThis.hit('${id}')`;
    const length = end - start;
    if (kind === 'block') return [{ at: start + 1, order: 0, text: `${hit};` }];
    const [open, close] = kind === 'statement' ? [`{${hit};`, '}'] : [`(${hit},`, ')'];
    return [
      { at: start, order: -length, text: open },
      { at: end, order: length - 1e9, text: close },
    ];
  });
  // At one place: what ends there ends first, the inner before the outer; then begins what begins there, the outer first.
  pieces.sort((a, b) => a.at - b.at || a.order - b.order);
  let text = '';
  let from = 0;
  for (const piece of pieces) {
    text += source.slice(from, piece.at) + piece.text;
    from = piece.at;
  }
  return text + source.slice(from);
}

function probeOf({ start, end, type }) {
  const kind = type === 'BlockStatement' ? 'block' : type.endsWith('Statement') ? 'statement' : 'expression';
  return { start, end, kind };
}

function walk(node, parent, visit) {
  if (Array.isArray(node)) {
    for (const one of node) walk(one, parent, visit);
    return;
  }
  if (typeof node?.type !== 'string' || isForTypesAlone(node)) return;
  visit(node, parent);
  for (const value of Object.values(node)) {
    if (typeof value === 'object' && value !== null) walk(value, node, visit);
  }
}

function isForTypesAlone({ type, exportKind }) {
  if (/^TS(AsExpression|NonNullExpression|SatisfiesExpression)$/.test(type)) return false;
  return type.startsWith('TS') || type === 'ImportDeclaration' || exportKind === 'type';
}

function inOrder(a, b) {
  return a.start - b.start || a.end - b.end || (a.operator + a.text < b.operator + b.text ? -1 : 1);
}

function endOfLine(source, from) {
  const end = source.indexOf('\n', from);
  return end < 0 ? source.length : end;
}

function digest(text) {
  return createHash('sha256').update(text).digest('hex');
}
