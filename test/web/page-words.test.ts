import { expect, test } from 'vitest';
import { CATALOGUE } from '../../src/core/explain/catalogue.ts';
import { adviceFor } from '../../src/core/explain/hold-advice.ts';
import { onPage } from '../../src/web/page/words.ts';

const MAC = '0018B9C0FFEE';
const about = { mac: MAC, target: 'P0S3-08-11-00', load: 'P003-08-11-00', kind: 'boot-loader' as const };

test.each([
  ['run: loadstep retry', 'press “Try again” on its page'],
  [`or loadstep retry --mac ${MAC}`, 'or “Try again” on its page'],
  ['held for this goes on after `loadstep retry --mac MAC`.', 'held for this goes on after “Try again” on its page.'],
  [`and: loadstep release --mac 0018B9C0FFAA`, 'and: “Release” on the page of 0018B9C0FFAA'],
  [
    `say so: loadstep enroll --mac ${MAC} --target P0S3-08-11-00 --from <that load>; then`,
    'say so: “What is wanted” on its page (“Runs”); then',
  ],
  [
    `run: loadstep enroll --mac ${MAC} --target <a load for that model> --model <that model>, and`,
    'fill in “Target” and “Model” under “What is wanted” on its page, and',
  ],
  [
    `say so: loadstep enroll --mac ${MAC} --target P0S3-08-11-00 --from P0S3-08-12-00`,
    'say so: “What is wanted” on its page (“Runs” with P0S3-08-12-00)',
  ],
  ['`loadstep enroll --mac MAC --target LOAD`.', '“What is wanted” on its page (“Target”).'],
  ['run: loadstep resume; then restart it', 'press “Let the batch go on” on “Batch”; then restart it'],
])('%s is said with the buttons of the page', (text, said) => {
  expect(onPage(text, MAC)).toBe(said);
});

test('no advice on a held phone names a command for which the page has a button', () => {
  const advice = CATALOGUE.flatMap(({ code, advice }) => [...advice, adviceFor(code, about)]);
  const command = /loadstep (retry|release|resume|cancel|enroll|explain|firmware verify|plan(?! --from))\b/;
  expect(advice.map((one) => onPage(one, MAC)).filter((one) => command.test(one))).toEqual([]);
});
