import { setTimeout as sleep } from 'node:timers/promises';
import { Callers } from './callers.ts';
import { Registrants } from './registrants.ts';
import type { Serving } from './serving.ts';

/** A phone that registered does so again every two minutes (after-landing 3.1), and one on SCCP says four times as often that it lives. */
const [TURNS, LIVES] = [30, 4];

/** What an hour of phones that stay registered left in a server, in as little time as it takes to say it. */
export interface Hours {
  readonly registrations: number;
  readonly alive: number;
  readonly answered: number;
  readonly seconds: number;
  /** Memory after each ten minutes of each hour. */
  readonly memoryMb: readonly number[];
  readonly recordGrownBytes: number;
}

/** As many registrations and signs of life as phones send in so many hours, without the waits between them. */
export async function pass(hours: number, phones: number, serving: Serving): Promise<Hours> {
  const [registrants, callers] = [new Registrants(phones, serving.sip), new Callers()];
  await registrants.open();
  await callers.open(phones, serving.sccp);
  const began = performance.now();
  const record = serving.recordBytes();
  const memory: number[] = [];
  let answered = 0;
  try {
    for (let turn = 1; turn <= hours * TURNS; turn++) {
      answered += (await registrants.storm('again')).registered;
      const due = turn * LIVES * phones;
      for (let one = 0; one < LIVES * phones; one++) callers.live(one);
      for (let tries = 0; callers.answered < due && tries < 500; tries++) await sleep(20);
      if (turn % 5 === 0) memory.push(serving.memoryMb());
    }
    return {
      registrations: hours * TURNS * phones,
      alive: hours * TURNS * LIVES * phones,
      answered: answered + callers.answered,
      seconds: (performance.now() - began) / 1000,
      memoryMb: memory,
      recordGrownBytes: serving.recordBytes() - record,
    };
  } finally {
    registrants.close();
    callers.close();
  }
}
