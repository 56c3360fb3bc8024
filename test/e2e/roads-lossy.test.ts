import { afterAll, describe, expect, test } from 'vitest';
import { cleanUp, drive } from './harness.ts';
import { ROADS } from './roads.ts';
import { expectLanded, offered, taken } from './story.ts';

afterAll(cleanUp);

describe.concurrent('where one datagram in ten is lost and one in ten comes twice, both ways', () => {
  for (const road of ROADS) {
    test(road.title, { timeout: 150_000 }, async () => {
      const driven = await drive(road, ['--loss', '0.1', '--duplicate', '0.1']);
      expectLanded(driven, road);
      expect(offered(driven)).toEqual(road.hops);
      expect(new Set(taken(driven))).toEqual(new Set(road.images));
    });
  }
});
