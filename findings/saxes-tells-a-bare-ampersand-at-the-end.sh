#!/usr/bin/env bash
# A bare `&` in an XML file: saxes says nothing before the end of the file or the next `;`, however many lines later, and never names the `&`.
#
# Guess, written down before it was run: every parser that keeps positions names the line of the ampersand. A name ends at the first
#   character that no name can have, and the blank or `<` after a bare `&` is one.
# Seen: saxes takes everything up to the next `;` as the name of the entity: blanks, line ends and tags. Without a `;` in the rest of the
#   file its errors are "unclosed tag" at the last line; with one on line 33 they are about line 33, and about closing tags that are all
#   right. @rgrove/parse-xml and fast-xml-parser name line 2. sax, whose successor saxes is, stops at the blank
#   at once, but counts lines from 0.
# Versions: saxes 6.0.0, sax 1.4.1, @rgrove/parse-xml 4.2.3, fast-xml-parser 5.12.1.
# Output seen (54 lines, the only fault is `Tom & Jerry` on line 2; then the same with a `;` on line 33):
#   no ; after it
#     saxes: 54:9: unclosed tag: label
#     sax: line 1
#     parse-xml: line 2
#     fast-xml-parser: line 2
#   a ; on line 33
#     saxes: 33:12: disallowed character in entity name.
#     sax: line 1
#     parse-xml: line 2
#     fast-xml-parser: line 2
# Why it matters: a bare `&` is easily written into a phone's SEP file by hand (a label "Sales & Service", the address of a
#   service with `?a=1&b=2`). A checker that gives the streaming parser's position sends people to
#   a line that is right. Who uses saxes must look for the `&` himself.
# Needs node and npm.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts saxes@6.0.0 sax@1.4.1 @rgrove/parse-xml@4.2.3 fast-xml-parser@5.12.1 > npm.log 2>&1 || { cat npm.log >&2; echo "cannot be checked: the pinned packages are not to be had" >&2; exit 2; }
fail() { echo "changed: $1" >&2; exit 1; }
cat > positions.mjs << 'END'
import { parseXml } from '@rgrove/parse-xml';
import { XMLValidator } from 'fast-xml-parser';
import sax from 'sax';
import { SaxesParser } from 'saxes';

const fileWith = (end) => {
  const rows = Array.from({ length: 51 }, (_, at) => `  <key${at}>${at}${at === 30 ? end : ''}</key${at}>`);
  return ['<device>', '  <label>Tom & Jerry</label>', ...rows, '</device>'].join('\n');
};
const first = (errors) => errors[0] ?? 'no error';
const bySaxes = (text) => {
  const errors = [];
  const parser = new SaxesParser({ position: true });
  parser.on('error', (error) => errors.push(error.message));
  parser.write(text).close();
  return first(errors);
};
const bySax = (text) => {
  const errors = [];
  const parser = sax.parser(true);
  parser.onerror = (error) => {
    errors.push(`line ${/Line: (\d+)/.exec(error.message)?.[1]}`);
    parser.error = null;
  };
  parser.write(text).close();
  return first(errors);
};
const byParseXml = (text) => {
  try {
    parseXml(text);
    return 'no error';
  } catch (error) {
    return `line ${error.line}`;
  }
};
const byFast = (text) => {
  const verdict = XMLValidator.validate(text);
  return verdict === true ? 'no error' : `line ${verdict.err.line}`;
};
for (const [name, end] of [['no ; after it', ''], ['a ; on line 33', ';']]) {
  const text = fileWith(end);
  console.log(name);
  console.log(`  saxes: ${bySaxes(text)}`);
  console.log(`  sax: ${bySax(text)}`);
  console.log(`  parse-xml: ${byParseXml(text)}`);
  console.log(`  fast-xml-parser: ${byFast(text)}`);
}
END
seen=$(node positions.mjs)
echo "$seen"
expected='no ; after it
  saxes: 54:9: unclosed tag: label
  sax: line 1
  parse-xml: line 2
  fast-xml-parser: line 2
a ; on line 33
  saxes: 33:12: disallowed character in entity name.
  sax: line 1
  parse-xml: line 2
  fast-xml-parser: line 2'
[ "$seen" = "$expected" ] || fail "one of the parsers names another line for a bare ampersand on line 2"
