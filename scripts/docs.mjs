// Draws the parts of docs/ that are generated. Run after `npm run build`; tests prove that the result is current.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chartMermaid } from '../dist/machines/chart.js';
import { forgetsTable } from '../dist/src/app/memory/forgetting.js';
import { drawHouse } from './house.mjs';

const docs = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs');

/** Puts what was drawn in the place of what the pattern finds on a page. */
function draw(page, place, drawn) {
  const path = join(docs, page);
  writeFileSync(
    path,
    readFileSync(path, 'utf8').replace(place, () => drawn),
  );
}

draw('phone-machine.md', /```mermaid\n[\s\S]*?```/, `\`\`\`mermaid\n${chartMermaid()}\`\`\``);
draw(
  'architecture.md',
  /<!-- rooms -->[\s\S]*<!-- end of rooms -->/,
  `<!-- rooms -->\n\n${drawHouse()}\n\n<!-- end of rooms -->`,
);
draw('phone-memory.md', /\| what is remembered [\s\S]*?\n(?=\n)/, forgetsTable());
