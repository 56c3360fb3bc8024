import type { ReportWords } from '../../core/report/html-parts.ts';
import { sizeText, spanText } from '../../core/text/amounts.ts';
import { productVersion } from '../product-version.ts';
import { clockText } from './printable.ts';
import { momentText } from './report-text.ts';

/** How a page of a report writes moments: by the clock and in the time zone of this machine. */
export function reportWords(): ReportWords {
  return {
    moment: momentText,
    timeOfDay: clockText,
    span: spanText,
    size: sizeText,
    zone: `in ${Intl.DateTimeFormat().resolvedOptions().timeZone}`,
    version: productVersion(),
  };
}
