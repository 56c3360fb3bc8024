// The slips that are tried: one function for each type of node of the syntax tree. A slip is `{ text, operator }`, with `at` where it
// replaces something else than the node, and `probe` where another node than it tells whether it is run.

const COMPARISONS = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
};
const ARITHMETIC = { '+': '-', '-': '+', '*': '/', '/': '*', '%': '*' };
const LOGICAL = { '&&': '||', '||': '&&' };
/** Methods and what may be called instead. */
const METHODS = {
  some: 'every',
  every: 'some',
  find: 'findLast',
  findLast: 'find',
  findIndex: 'findLastIndex',
  findLastIndex: 'findIndex',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  min: 'max',
  max: 'min',
};
/** Methods whose call may be forgotten: what they are called on stays. */
const FORGOTTEN = new Set(['filter', 'slice', 'sort', 'trim', 'toLowerCase', 'toUpperCase']);
/** Parts of a regular expression, and what is wrong instead. */
const PATTERN_SLIPS = [
  [/^\^/, ''],
  [/\$$/, ''],
  [/\\d/, '\\D'],
  [/\\w/, '\\W'],
  [/\\s/, '\\S'],
  [/\\b/, ''],
  [/\[(?!\^)/, '[^'],
  [/\[\^/, '['],
  [/(?<!\\)[+*](?!\?)/, ''],
  [/\|[^|()]+(?=[|)]|$)/, ''],
];

export const MUTATORS = {
  BinaryExpression(node, parent, source) {
    const at = operatorOf(node, source);
    const swaps = COMPARISONS[node.operator] ?? (isText(node) ? [] : [ARITHMETIC[node.operator]].filter(Boolean));
    const kind = node.operator in COMPARISONS ? 'comparison' : 'arithmetic';
    return [...swaps.map((text) => ({ at, text, operator: kind })), ...(kind === 'comparison' ? decided(parent) : [])];
  },
  LogicalExpression(node, parent, source) {
    if (node.operator === '??')
      return [node.left, node.right].map((one) => ({ text: `(${textOf(one, source)})`, operator: 'fallback' }));
    return [{ at: operatorOf(node, source), text: LOGICAL[node.operator], operator: 'logical' }, ...decided(parent)];
  },
  UnaryExpression(node, parent, source) {
    if (node.operator !== '!' && node.operator !== '-') return [];
    const slip = { text: `(${textOf(node.argument, source)})`, operator: 'unary' };
    return node.operator === '!' ? [slip, ...decided(parent)] : [slip];
  },
  CallExpression(node, parent, source) {
    const { callee } = node;
    const called = callee.type === 'MemberExpression' && !callee.computed ? callee.property : null;
    const slips = decided(parent, node);
    if (called === null) return slips;
    if (Object.hasOwn(METHODS, called.name)) slips.push({ at: called, text: METHODS[called.name], operator: 'method' });
    const dot = /\s*\??\.\s*$/.exec(source.slice(0, called.start));
    if (FORGOTTEN.has(called.name)) slips.push({ at: { start: dot.index, end: node.end }, text: '', operator: 'call' });
    return slips;
  },
  Literal(node, parent) {
    if (isKey(node, parent) || parent.type.startsWith('Export')) return [];
    if (node.regex !== undefined) return patternSlips(node.regex);
    if (typeof node.value === 'boolean') return [{ text: String(!node.value), operator: 'boolean' }];
    if (typeof node.value === 'number') return [{ text: String(node.value + 1), operator: 'number' }];
    if (typeof node.value === 'string') return [{ text: node.value === '' ? "'mutant'" : "''", operator: 'text' }];
    return [];
  },
  TemplateLiteral(_node, parent) {
    return parent.type === 'TaggedTemplateExpression' ? [] : [{ text: '``', operator: 'text' }];
  },
  ArrayExpression(node, _parent, source) {
    return node.elements.filter(Boolean).map((one) => ({ at: withComma(one, source), text: '', operator: 'element' }));
  },
  ObjectExpression(node, _parent, source) {
    return node.properties.map((one) => ({ at: withComma(one, source), text: '', operator: 'property' }));
  },
  ExpressionStatement(node) {
    return node.directive === undefined || node.directive === null ? [{ text: ';', operator: 'statement' }] : [];
  },
  BlockStatement(node, parent) {
    const isBody = /Function/.test(parent.type) && node.body.length > 0;
    return isBody ? [{ text: '{}', operator: 'body' }] : [];
  },
  ArrowFunctionExpression(node) {
    return node.expression ? [{ at: node.body, probe: node.body, text: 'undefined', operator: 'body' }] : [];
  },
};

/** Where a truth value is wanted: always, or never. */
function decided(parent, call) {
  const isTest = call === undefined ? isDecision(parent) || isResult(parent) : isDecision(parent, call);
  return isTest ? ['true', 'false'].map((text) => ({ text, operator: 'condition' })) : [];
}

function isDecision({ type, test }, call) {
  const isBranch = type === 'IfStatement' || type === 'ConditionalExpression' || type === 'WhileStatement';
  return isBranch && (call === undefined || test === call);
}

function isResult({ type }) {
  return type === 'ReturnStatement' || type === 'ArrowFunctionExpression' || type === 'VariableDeclarator';
}

function operatorOf({ left, right, operator }, source) {
  const start = left.end + source.slice(left.end, right.start).lastIndexOf(operator);
  return { start, end: start + operator.length };
}

function textOf({ start, end }, source) {
  return source.slice(start, end);
}

function isText({ left, right }) {
  return [left, right].some((one) => one.type === 'TemplateLiteral' || typeof one.value === 'string');
}

function isKey(node, parent) {
  return parent.key === node && !parent.computed;
}

function withComma({ start, end }, source) {
  const comma = /^\s*,/.exec(source.slice(end));
  return { start, end: end + (comma?.[0].length ?? 0) };
}

function patternSlips({ pattern, flags }) {
  const slips = PATTERN_SLIPS.map(([part, text]) => pattern.replace(part, () => text)).filter(
    (slip) => slip !== pattern && slip !== '' && isPattern(slip, flags),
  );
  const loud = flags.includes('i') ? [`/${pattern}/${flags.replace('i', '')}`] : [];
  return [...slips.map((slip) => `/${slip}/${flags}`), ...loud].map((text) => ({ text, operator: 'pattern' }));
}

function isPattern(pattern, flags) {
  try {
    return new RegExp(pattern, flags) instanceof RegExp;
  } catch {
    return false;
  }
}
