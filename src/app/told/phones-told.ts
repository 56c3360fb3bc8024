import type { WallMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { type PowerPlan, withPowerPlan } from '../../core/power/power-plan.ts';
import { PORT_DARK } from './dark-phones.ts';
import { type PhoneReport, type ReportStore, reportPhones, type ToldBeside } from './phone-line.ts';

/** What a server knows beside the record. */
interface ToldByServer extends ToldBeside {
  /** What it means to do with the power of phones. */
  readonly power?: ReadonlyMap<MacAddress, PowerPlan>;
  /** Writes a moment as the one who reads it has it on the clock. */
  readonly clockText: (at: WallMs) => string;
  /** Advice as it is to be read here; as it stands when absent. */
  readonly placed?: (advice: string) => string;
}

/** Reports on some phones, or on all for null, each with advice that says who switches its power. */
export function phonesTold(
  store: ReportStore,
  macs: readonly MacAddress[] | null,
  now: WallMs,
  { power = new Map(), placed = (advice) => advice, clockText, ...beside }: ToldByServer,
): readonly PhoneReport[] {
  return reportPhones(store, macs, now, beside).map((one) => {
    if (one.advice === null) return one;
    // What has no power is not restarted by taking it.
    const plan = one.code === PORT_DARK ? undefined : power.get(one.mac);
    const advice = placed(one.advice);
    return { ...one, advice: plan === undefined ? advice : withPowerPlan(advice, plan, clockText) };
  });
}
