// Makes of src/web/page the few files that a browser loads, dist/page/: a script, what draws bar codes (loaded where it is needed), a style
// sheet, a page and an icon.
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const AS_THEY_ARE = ['index.html', 'page.css', 'icon.svg'];

export async function buildPage(root) {
  const from = join(root, 'src', 'web', 'page');
  const to = join(root, 'dist', 'page');
  mkdirSync(to, { recursive: true });
  const build = await rolldown({ cwd: root, input: join(from, 'main.ts'), platform: 'browser' });
  const names = { entryFileNames: 'page.js', chunkFileNames: '[name].js' };
  await build.write({ dir: to, ...names, format: 'es', minify: true });
  await build.close();
  for (const name of AS_THEY_ARE) copyFileSync(join(from, name), join(to, name));
}
