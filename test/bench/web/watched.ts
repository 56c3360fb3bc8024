import { join } from 'node:path';
import { freeTcpPort } from '../../support/free-port.ts';
import { type Conversion, convert, macOf, type Onlookers, THIS_CLI } from '../conversion.ts';
import { PageReader } from './page-reader.ts';
import type { StreamFigures } from './stream-meter.ts';

/** One conversion, and what its onlookers saw. */
export interface Watched {
  readonly conversion: Conversion;
  /** Of the first reader, which shows the wall; null where nobody looks. */
  readonly stream: StreamFigures | null;
  /** What all pages asked while phones were converted, beside their streams. */
  readonly asked: number;
  readonly failed: number;
}

export interface WatchedOptions {
  readonly folder: string;
  readonly name: string;
  readonly phones: number;
  readonly speed: number;
  /** How many pages are open, and how many of them show one phone in place of the wall. */
  readonly readers: number;
  readonly onPhones: number;
}

/** Converts phones by a server that has a page, while so many of it are open. */
export async function convertWatched(options: WatchedOptions): Promise<Watched> {
  const { folder, name, phones, speed, readers, onPhones } = options;
  const port = await freeTcpPort();
  const pages = Array.from({ length: readers }, (_, reader) => {
    const isOnPhone = reader >= readers - onPhones;
    return new PageReader(`http://127.0.0.1:${port}`, isOnPhone ? macOf(reader % phones) : null);
  });
  let stream: StreamFigures | null = null;
  const come = async (): Promise<Onlookers> => {
    try {
      await Promise.all(pages.map((page) => page.open()));
    } catch (error) {
      for (const page of pages) page.close();
      throw error;
    }
    return {
      begin: () => {
        for (const page of pages) page.restart();
      },
      end: async () => {
        stream = pages[0]?.figures ?? null;
        for (const page of pages) page.close();
      },
    };
  };
  const conversion = await convert({
    ...{ folder: join(folder, name), cli: THIS_CLI, phones, groups: Math.ceil(phones / 1000), everyMs: 20_000 },
    limits: ['--web', `127.0.0.1:${port}`],
    ...{ speed, onlookers: come, tellsOwnDelay: false },
  });
  const asks = pages.map((page) => page.asks);
  const sum = (of: (one: { asked: number; failed: number }) => number) => asks.reduce((all, one) => all + of(one), 0);
  return { conversion, stream, asked: sum(({ asked }) => asked), failed: sum(({ failed }) => failed) };
}
