import { ask, faultText, post } from '../api.ts';
import type { Batch } from '../bench.ts';
import { h, redraw, setText } from '../dom.ts';
import { complain, say } from '../news.ts';
import type { View, ViewParts } from './view.ts';

/** What holds phones back. */
export function batchView({ bench }: ViewParts): View {
  const body = h('div', {});
  /** Somebody else may have been quicker: what is said is what came of it. */
  const act = <T>(work: Promise<T>, done: (told: T) => string) =>
    work
      .then(async (told) => {
        await bench.readBatch();
        say(done(told));
      })
      .catch((error: unknown) => complain(faultText(error)));
  const setLimits = async (shown: Batch['limits'], limits: object) => {
    await bench.readBatch();
    if (JSON.stringify(bench.batch?.limits) === JSON.stringify(shown)) {
      return ask('batch/limits', { method: 'PUT', json: limits });
    }
    throw new Error('Somebody else has set other limits meanwhile: they are shown now, and nothing was changed.');
  };

  const reason = h('input', { maxlength: '300', size: '30' }) as HTMLInputElement;
  const pause = () =>
    act(
      post<{ wasPaused: boolean; reason: string }>('batch/pause', reason.value === '' ? {} : { reason: reason.value }),
      (told) =>
        told.wasPaused ? `Somebody else had paused the batch already: ${told.reason}.` : 'The batch is paused.',
    );
  const goOn = () =>
    act(post<{ wasPaused: boolean }>('batch/resume'), ({ wasPaused }) =>
      wasPaused ? 'The batch goes on.' : 'Somebody else had let the batch go on already.',
    );
  const pausing = h(
    'section',
    {},
    h('h2', {}, 'Pause'),
    h('p', {}, 'Phones that are taking or writing a load finish that step; no other begins one.'),
    h(
      'div',
      { class: 'row' },
      h('label', {}, 'Why (for the record)', reason),
      h('button', { type: 'button', click: () => void pause() }, 'Pause the batch'),
    ),
  );
  const goingOn = h(
    'section',
    {},
    h('h2', {}, 'Go on'),
    h('p', {}, 'Phones that have failed by now do not stop the batch again; held phones stay held.'),
    h('button', { type: 'button', class: 'main', click: () => void goOn() }, 'Let the batch go on'),
  );
  const limits = h('div', {});
  const words = h('p', {});
  body.append(words, pausing, goingOn, limits);

  function draw(): void {
    const { batch, role } = bench;
    if (batch === null) return;
    const text = batch.limitsText;
    setText(words, text === null ? 'No limits: every phone goes as soon as it asks.' : `Limits: ${text}.`);
    pausing.hidden = role !== 'act' || batch.paused !== null;
    goingOn.hidden = role !== 'act' || batch.paused === null;
    // What somebody types is left alone until there are other limits.
    if (role !== 'act') return;
    const shown = batch.limits;
    redraw(limits, shown, () =>
      limitsForm(batch, (wanted) => void act(setLimits(shown, wanted), () => 'The limits are set.')),
    );
  }

  draw();
  return {
    element: h('div', {}, h('h1', {}, 'All phones together'), body),
    update: (what) => {
      if (what === 'batch') draw();
    },
  };
}

/** Null where that is none. */
function wholeNumber(text: string): number | null {
  return /^\d{1,6}$/.test(text.trim()) ? Number(text) : null;
}

function limitsForm({ limits }: Batch, set: (limits: object) => void): HTMLElement {
  const field = (value: string) => h('input', { inputmode: 'numeric', size: '6', value }) as HTMLInputElement;
  const atOnce = field(String(limits.atOnce ?? 0));
  const canary = field(String(limits.canary));
  const { stopAfter } = limits;
  const stop = field(
    stopAfter === null ? '0' : stopAfter.kind === 'percent' ? `${stopAfter.percent}%` : String(stopAfter.count),
  );
  const submit = (event: Event) => {
    event.preventDefault();
    const [most, first] = [wholeNumber(atOnce.value), wholeNumber(canary.value)];
    const [, digits = '', sign] = /^(\d{1,6})\s*(%?)$/.exec(stop.value.trim()) ?? [];
    // What cannot be read takes no limit away.
    if (most === null || first === null || digits === '') {
      return complain(
        'Nothing was changed: each limit is a whole number, 0 for none; the last one may be a share such as 10%.',
      );
    }
    const number = Number(digits);
    if (sign === '%' && number > 100) return complain('Nothing was changed: a share of the phones is at most 100%.');
    const limit = sign === '%' ? { kind: 'percent', percent: number } : { kind: 'count', count: number };
    set({ atOnce: most === 0 ? null : most, canary: first, stopAfter: number > 0 ? limit : null });
  };
  return h(
    'form',
    { submit },
    h('h2', {}, 'Limits'),
    h(
      'p',
      { class: 'quiet' },
      'How many phones may be on their roads at a time; how many go first, while the rest waits until they have landed; after how many failures the batch pauses by itself. 0 is no limit.',
    ),
    h(
      'div',
      { class: 'row' },
      h('label', {}, 'At once', atOnce),
      h('label', {}, 'First, alone', canary),
      h('label', {}, 'Pause after failures (3 or 10%)', stop),
      h('button', {}, 'Set limits'),
    ),
  );
}
