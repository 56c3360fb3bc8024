import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

/** Anchors as GitHub makes them of headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test.each(pages)('every link on %s leads to a file and a heading that exist', (page) => {
  const text = readFileSync(join(root, page), 'utf8').replace(/```.*?```/gs, '');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
  const broken = links
    .filter((link) => !/^https?:/.test(link))
    .filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? join(root, page) : join(root, dirname(page), path);
      if (!existsSync(target)) return true;
      return anchor !== undefined && !anchorsOf(readFileSync(target, 'utf8')).includes(anchor);
    });
  expect(broken).toEqual([]);
});

test.each(pages)('%s neither names the folder it was written in nor links out of the repository', (page) => {
  const text = readFileSync(join(root, page), 'utf8');
  expect(text.includes(`${root}/`)).toBe(false);
  const links = [...text.matchAll(/\]\(([^)\s#]+)/g)]
    .map((match) => match[1] ?? '')
    .filter((link) => !/^https?:/.test(link));
  expect(
    links.filter((link) => link.startsWith('/') || !join(root, dirname(page), link).startsWith(`${root}/`)),
  ).toEqual([]);
});

test('no two decisions have one number, and each says its own', () => {
  const names = pages.map((page) => /decisions\/(\d{4})-/.exec(page)?.[1] ?? null).filter((one) => one !== null);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  const titled = pages.flatMap((page) => {
    const number = /decisions\/(\d{4})-/.exec(page)?.[1];
    const title = /^# (\d+)/.exec(readFileSync(join(root, page), 'utf8'))?.[1];
    return number === undefined || Number(title) === Number(number) ? [] : [page];
  });
  expect(titled).toEqual([]);
});
