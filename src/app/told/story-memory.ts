import { BoundedMap } from '../../core/bounded-map.ts';
import type { Matrix } from '../../core/matrix/matrix.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { StoryReader } from '../../core/report/phone-story.ts';
import type { PhoneStory, ReportPhone } from '../../core/report/report.ts';
import type { RecordRows } from '../../ports/record-rows.ts';
import type { Store } from '../../ports/store.ts';
import { publishedIn } from './published-hashes.ts';

/** Phones whose stories are remembered; a few thousand bytes each (invented). */
const MOST_PHONES = 16_384;
/** New rows that are taken at a time; phones are answered in between. */
const AT_ONCE = 1_000;

interface Known {
  readonly reader: StoryReader;
  /** The number of the newest row that was there when its history was read. */
  readonly upTo: number;
  /** When its last row happened. */
  at: number;
}

/**
 * The stories of phones, for a server that is asked for reports again and again: the history of a phone is read once, and after that only what is
 * recorded of it since.
 */
export class StoryMemory {
  readonly #store: Pick<Store, 'history'> & Pick<RecordRows, 'newestPlace' | 'rowsAfter'>;
  readonly #isPublished: ReturnType<typeof publishedIn>;
  readonly #known = new BoundedMap<MacAddress, Known>(MOST_PHONES);
  /** The number of the newest row that was taken. */
  #taken: number;

  constructor(store: Pick<Store, 'history'> & Pick<RecordRows, 'newestPlace' | 'rowsAfter'>, matrix: Matrix) {
    this.#store = store;
    this.#isPublished = publishedIn(matrix);
    this.#taken = store.newestPlace().phones;
  }

  /** Takes what was recorded since, in pieces; whoever asks for several stories does this once before. */
  async catchUp(): Promise<void> {
    if (this.#known.size === 0) this.#taken = this.#store.newestPlace().phones;
    while (this.#takeSome() === AT_ONCE) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Whether its history was read already, so that its story takes no time. */
  has({ mac, batch }: ReportPhone): boolean {
    return this.#known.get(mac)?.reader.batch === batch;
  }

  /** As it was at the last `catchUp`, or now for a phone whose history has to be read. */
  storyOf(phone: ReportPhone): PhoneStory {
    const known = this.has(phone) ? this.#known.get(phone.mac) : undefined;
    return (known ?? this.#read(phone)).reader.story(phone);
  }

  #read({ mac, batch }: ReportPhone): Known {
    const known: Known = {
      reader: new StoryReader(batch, this.#isPublished),
      upTo: this.#store.newestPlace().phones,
      at: Number.NEGATIVE_INFINITY,
    };
    for (const row of this.#store.history({ mac })) {
      known.reader.read(row);
      known.at = row.at;
    }
    this.#known.set(mac, known);
    return known;
  }

  #takeSome(): number {
    const rows = this.#store.rowsAfter({ phones: this.#taken, batch: Number.MAX_SAFE_INTEGER }, AT_ONCE);
    for (const { place, row } of rows) {
      this.#taken = place.phones;
      const known = row.mac === undefined ? undefined : this.#known.get(row.mac);
      if (row.mac === undefined || known === undefined || place.phones <= known.upTo) continue;
      // Another process may have recorded something that stands before what was read: then it is read anew.
      if (row.at < known.at) this.#known.delete(row.mac);
      else known.reader.read(row);
      known.at = row.at;
    }
    return rows.length;
  }
}
