// Draws the parts of docs/ that are generated. Run after `npm run build`; tests prove that the result is current.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chartMermaid } from '../dist/machines/chart.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const path = join(root, 'docs', 'phone-machine.md');
const text = readFileSync(path, 'utf8');
const drawn = text.replace(/```mermaid\n[\s\S]*?```/, `\`\`\`mermaid\n${chartMermaid()}\`\`\``);
writeFileSync(path, drawn);
