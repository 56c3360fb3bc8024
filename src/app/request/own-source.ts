import { FROM_TREE, isOwnFile, type OwnSource } from '../../core/answer/own-file.ts';
import type { AskedName } from '../../core/names/asked-name.ts';
import { isJavaFamily } from '../../core/names/family.ts';
import { familyOfLoad } from '../../core/names/load-name.ts';
import type { ConfigurationFile, Configurations, LandedPhone, NoConfiguration } from '../../ports/configurations.ts';
import type { StaticRoot } from '../../ports/static-root.ts';
import type { TftpRequest } from '../../ports/tftp.ts';
import type { PhoneSession } from '../phone/phone-session.ts';
import { type Asker, isSure } from './asker.ts';
import { ownFileIn } from './static-answer.ts';
import type { WhoAsks } from './who-asks.ts';

/** Where the configurations of landed phones come from, and who tells whether it is really them that ask. */
export interface OwnSources {
  readonly staticRoot: StaticRoot | null;
  readonly configurations?: Configurations;
  readonly who: WhoAsks;
}

/** What is kept for a landed phone under the name that it asked. */
export interface KeptForPhone {
  /** Its configuration: the operator's own file before ours; a reason where it is given none now. */
  readonly own: OwnSource | NoConfiguration | null;
  /** Another file of our configuration, such as its dial plan, for where the operator's tree has none. */
  readonly beside: ConfigurationFile | null;
}

export const NOTHING_KEPT: KeptForPhone = { own: null, beside: null };

/**
 * Looks up what a landed phone may be given beside its load. Also for one that this question may show to have landed: `SIPDefault.cnf` is what
 * proves a 7940, and one that got its own file without the common one registers nowhere and does not ask again.
 */
export async function keptFor(
  session: PhoneSession,
  asker: Asker,
  asked: AskedName,
  request: TftpRequest,
  { staticRoot, configurations, who }: OwnSources,
): Promise<KeptForPhone> {
  if (session.phone.state !== 'landed' && !isAtItsLastHop(session)) return NOTHING_KEPT;
  const isConfiguration = isOwnFile(asked.kind);
  const inTree = isConfiguration ? await ownFileIn(staticRoot, asked) : null;
  if (inTree !== null) return { own: { found: inTree, origin: FROM_TREE }, beside: null };
  const { mac } = session.enrolment;
  if (configurations === undefined) {
    // The tree is where its operator said that its file is; without one another server has it.
    const hasTree = staticRoot !== null && staticRoot.isNone?.() !== true;
    const isLacking = hasTree && session.phone.state === 'landed' && isItsOwn(asked, session);
    return isLacking ? { own: NOT_IN_TREE, beside: null } : NOTHING_KEPT;
  }
  // It may hold a password: it goes to no address that is known to be another machine's, whoever is named there.
  if (!isSure(asker.tie) || !(await who.mayBeAt(request.peerAddress, mac))) {
    return NOTHING_KEPT;
  }
  const ours = configurationOf(session, asked, request.at, configurations);
  if (ours !== null && 'reason' in ours) return { own: isConfiguration ? ours : null, beside: null };
  if (!isConfiguration) return { own: null, beside: ours };
  return { own: ours === null ? null : { found: ours.content, origin: ours.words }, beside: null };
}

const NOT_IN_TREE: NoConfiguration = {
  reason: 'does not lie in the tree of --root, so the phone is given its load and no line',
  advice: 'put it there, or keep an account for the phone and start the server with --configure',
  fault: 'missing',
};

/** Whether it is the file that the phone has for itself. */
function isItsOwn({ kind }: AskedName, { phone }: PhoneSession): boolean {
  return kind === (isJavaFamily(familyOfLoad(phone.context.target) ?? '79x0') ? 'sep-xml' : 'sip-phone');
}

function configurationOf(
  { phone, model, enrolment }: PhoneSession,
  asked: AskedName,
  at: number,
  configurations: Configurations,
): ConfigurationFile | NoConfiguration | null {
  const { mac, target: load, since } = phone.context;
  const landedForMs = phone.state === 'landed' ? at - since : 0;
  const landed: LandedPhone = { mac, model, load, label: enrolment.label, landedForMs };
  return configurations.file(landed, asked);
}

function isAtItsLastHop({ phone: { context } }: PhoneSession): boolean {
  return context.plan !== null && context.hop === context.plan.hops.length;
}
