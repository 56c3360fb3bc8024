import { expect, test } from 'vitest';
import { familyFacts, familyOfModel } from '../../src/core/matrix/matrix.ts';
import { renderMatrixMermaid, renderMatrixText } from '../../src/core/matrix/render-matrix.ts';
import { FAMILIES, MODELS } from '../../src/core/names/family.ts';
import { matrix } from '../plan/store.ts';

test('every family and every model has its facts', () => {
  expect(matrix.families.map((facts) => facts.family).sort()).toEqual([...FAMILIES].sort());
  expect(MODELS.filter((model) => familyOfModel(matrix, model) === null)).toEqual([]);
});

// java-phones 1.1 and legacy-79x0 9, written down a second time: a slip in the data shows here.
test.each([
  ['7906', '11', 369, '06'],
  ['7911', '11', 307, '11'],
  ['7931', '31', 348, '31'],
  ['7940', '79x0', 8, null],
  ['7941', '41', 115, '41'],
  ['7941GE', '41', 309, '41'],
  ['7942', '42', 434, '42'],
  ['7945', '45', 435, '45'],
  ['7960', '79x0', 7, null],
  ['7961', '41', 30018, '61'],
  ['7961GE', '41', 308, '61'],
  ['7962', '42', 404, '62'],
  ['7965', '45', 436, '65'],
  ['7970', '70', 30006, '70'],
  ['7971', '70', 119, '71'],
  ['7975', '75', 437, '75'],
] as const)('a %s is of family %s, device type %i, and asks for term%s', (model, family, deviceTypeId, term) => {
  const facts = familyFacts(matrix, family)?.models.find((each) => each.model === model);
  expect(facts).toMatchObject({ deviceTypeId, term });
});

test('8.5(2), the bridge, is listed in SCCP for every Java family', () => {
  const families = FAMILIES.filter((family) => family !== '79x0');
  const lacking = families.filter(
    (family) => !familyFacts(matrix, family)?.releases.some((each) => each.load === `SCCP${family}.8-5-2S`),
  );
  expect(lacking).toEqual([]);
});

test('no SIP 8.x of a 7940/7960 lists an unsigned application', () => {
  const releases = familyFacts(matrix, '79x0')?.releases ?? [];
  const wrong = releases.filter(
    ({ load, title, files }) =>
      title.startsWith('8.') && files.some((file) => file.name === `${load}.bin` && load.startsWith('P0S3')),
  );
  expect(releases.some(({ title, protocol }) => title === '8.11' && protocol === 'SIP')).toBe(true);
  expect(wrong).toEqual([]);
});

test('8.12 is spelled without a zero and 8.11 with one', () => {
  const loads = familyFacts(matrix, '79x0')?.releases.map((each) => each.load);
  expect(loads).toEqual(expect.arrayContaining(['P0S3-8-12-00', 'P003-8-12-00', 'P0S3-08-11-00', 'P003-08-11-00']));
  expect(loads).not.toContain('P0S3-08-12-00');
});

test('files of the SCCP and the SIP package of 9.2(1) share names and differ in their hashes', () => {
  const apps = matrix.knownFiles
    .filter((each) => each.name === 'apps11.9-2-1TH1-13.sbn')
    .map(({ load, sha1 }) => [load, sha1]);
  expect(apps).toEqual([
    ['SCCP11.9-2-1S', '6714b3e0eca0ccc46b2160bf9a2821a655330924'],
    ['SIP11.9-2-1S', 'e0f60b8161e6da9ba5c144ebdfcb5a94eb74f8d3'],
  ]);
});

test('every rule gives a sentence and a source', () => {
  const refusals = matrix.rules.filter((rule) => rule.decision === 'refuse');
  expect(refusals.length).toBeGreaterThan(10);
  for (const rule of matrix.rules) expect([rule.why.endsWith('.'), rule.sources.length > 0]).toEqual([true, true]);
});

test('the text of a family names its models, releases and steps with their sources, and no other family', () => {
  const text = renderMatrixText(matrix, '42');
  expect(text).toContain('7962: loadInformation404, term62.default.loads');
  expect(text).toContain('SCCP42.8-5-2S: 8.5(2)');
  expect(text).toMatch(/java-old-not-to-new: .* refused, level A\. .*\[C4, C6, W1, M6\]/);
  expect(text).not.toContain('7945');
  expect(renderMatrixText(matrix)).toContain('Family 75');
});

test('the graph of the old phones leads from SCCP 3.x over SIP 5.3 and the loader to SIP 8.x, and never back', () => {
  const lines = renderMatrixMermaid(matrix, '79x0').split('\n');
  const idOf = (label: string) =>
    lines
      .find((line) => line.includes(`["${label}"]`))
      ?.trim()
      .split('[')[0] ?? 'none';
  const [sccp3, sip53, loader, sip8] = [
    'G1 SCCP 3.0 to before 4.0',
    'G2 SIP 5.3 to before 6.0',
    'loader',
    'G3 SIP 7.0 and newer',
  ].map(idOf);
  expect(lines[0]).toBe('flowchart TD');
  expect(lines).toContain(`  ${sccp3} -->|image| ${sip53}`);
  expect(lines).toContain(`  ${sip53} -->|loader| ${loader}`);
  expect(lines).toContain(`  ${loader} -->|application| ${sip8}`);
  expect(lines.filter((line) => line.startsWith(`  ${sip8} `) && line.endsWith(` ${sccp3}`))).toEqual([]);
});

test('the graph of a Java family draws what is of level B with dashes', () => {
  const graph = renderMatrixMermaid(matrix, '41');
  expect(graph).toMatch(/ -\.->\|java-load\| /);
  expect(graph).toContain('["boot-loader"]');
});
