import { afterAll, describe, expect, test } from 'vitest';
import { cleanUp, type Drive, drive } from './harness.ts';
import { ROADS } from './roads.ts';
import { expectLanded } from './story.ts';

afterAll(cleanUp);

/** Files of which the transfer was under way when the power went. */
function cutFiles({ phone }: Drive): unknown[] {
  return phone.flatMap((line, index) => {
    if (line.event !== 'phone.powered' || line.reason !== 'power-cut') return [];
    return [phone.slice(0, index).findLast((before) => before.event === 'file.asked')?.file];
  });
}

describe.concurrent('where the power goes once in the middle of the transfer of every image', () => {
  for (const road of ROADS) {
    test(road.title, { timeout: 150_000 }, async () => {
      const driven = await drive(road, ['--cut-every-transfer']);
      expectLanded(driven, road);
      const asked = driven.phone.filter((line) => line.event === 'file.asked').map((line) => String(line.file));
      const images = new Set(
        asked.filter((file) => /\.(bin|sbn|sb2)$/i.test(file) && !file.startsWith('P0S3-00-0-00')),
      );
      expect(new Set(cutFiles(driven))).toEqual(images);
      for (const image of road.images.slice(-1)) expect([...images]).toContain(image);
    });
  }
});
