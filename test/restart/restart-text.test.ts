import { expect, test } from 'vitest';
import { restartText } from '../../src/cli/output/restart-text.ts';
import { KEY_SEQUENCES } from '../../src/core/explain/keys.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { restartKeys, sequencesIn } from '../../src/core/restart/keys-text.ts';
import type { RestartAnswer } from '../../src/ports/restarts.ts';

const MAC = '0018B9C0FFEE' as MacAddress;
const answer = (result: RestartAnswer['result'], keys = restartKeys([])): RestartAnswer => {
  return { result, rung: null, text: 'a person has to restart it', tries: [], keys };
};

test('who has to restart a phone by hand is shown the keys, of each phone that it may be', () => {
  const text = restartText(MAC, answer('hands'));
  expect(text.match(/^ {2}(?:7\d{3}[\w ,]*):$/gm)).toEqual([
    '  7940 and 7960:',
    '  7941 to 7975:',
    '  7906, 7911 and 7931:',
  ]);
  expect(text.match(/\+-+\+/g)).toHaveLength(6);
  expect(text).toContain('  Press together: *, 6, Settings\n');
  expect(
    Math.max(
      ...text
        .split('\n')
        .slice(1)
        .map(({ length }) => length),
    ),
  ).toBeLessThan(60);
});

test('one picture needs no name, and nobody is shown keys for a phone that must not be restarted', () => {
  const [first = ''] = restartKeys([]);
  const text = restartText(MAC, answer('hands', [first.replace(/^[^:]*: /, '')]));
  expect(text).not.toContain('7940 and 7960:');
  expect(text.match(/\+-+\+/g)).toHaveLength(2);
  expect(restartText(MAC, answer('refused'))).not.toContain('+--');
});

test('the words of an answer lead back to the sequences that they tell', () => {
  const restarts = KEY_SEQUENCES.filter(({ topic }) => topic === 'restart');
  expect(sequencesIn(restartKeys([]))).toEqual(restarts);
  expect(sequencesIn([])).toEqual([]);
});
