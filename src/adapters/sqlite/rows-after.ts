import type { PlacedRow, RecordPlace } from '../../ports/record-rows.ts';
import type { BatchRows } from './batch-desk.ts';
import type { HistoryReader } from './history-reader.ts';

/** Rows of phones and rows about all of them after a place, merged by time as far as their own order allows. */
export function rowsAfter(
  record: Pick<HistoryReader, 'numbered'>,
  batch: Pick<BatchRows, 'batchRowsAfter'>,
  place: RecordPlace,
  most: number,
): readonly PlacedRow[] {
  const phones = record.numbered(place.phones, most);
  const others = batch.batchRowsAfter(place.batch, most);
  const rows: PlacedRow[] = [];
  let at = place;
  let [i, j] = [0, 0];
  while (rows.length < most) {
    const [one, other] = [phones[i], others[j]];
    if (one === undefined && other === undefined) break;
    if (other === undefined || (one !== undefined && one.row.at <= other.row.at)) {
      if (one === undefined) break;
      at = { ...at, phones: one.sequence };
      rows.push({ place: at, row: one.row });
      i++;
    } else {
      at = { ...at, batch: other.sequence };
      rows.push({ place: at, row: other.row });
      j++;
    }
  }
  return rows;
}
