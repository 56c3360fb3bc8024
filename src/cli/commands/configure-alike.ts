import type { Account, PbxPlace } from '../../core/account/account.ts';
import { AppError } from '../../core/errors.ts';
import { isJavaFamily, type ModelId } from '../../core/names/family.ts';
import { familyOfLoad, type LoadName } from '../../core/names/load-name.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { linesOf } from '../../core/phone-config/check-account.ts';
import type { PhoneConfigFacts } from '../../core/phone-config/facts.ts';
import { generateConfiguration } from '../../core/phone-config/generate.ts';
import { backgroundFolder } from '../../core/phone-config/lists.ts';
import type { ConfigSettings, ConfigWish, PhoneConfiguration } from '../../core/phone-config/wish.ts';

/** A phone that may be one of several models, and what it is to be configured with. */
export interface AlikeWish {
  readonly mac: MacAddress;
  /** All that it may be, one at least. */
  readonly models: readonly ModelId[];
  readonly load: LoadName;
  readonly label: string | null;
  readonly account: Account | null;
  readonly pbx: PbxPlace | null;
  /** What the flags choose for a model; read once, since a flag may read standard input. */
  readonly choices: (model: ModelId) => ConfigSettings;
  readonly facts: PhoneConfigFacts;
}

/**
 * The files of the phone, where it does not matter which of the models it is. Throws AppError `E_BAD_USAGE` where it does, and as
 * the making of one does.
 */
export function madeAlike(alike: AlikeWish): PhoneConfiguration & { readonly wish: ConfigWish } {
  const { mac, load, label, account, pbx, choices, facts } = alike;
  const models = alike.models.toSorted((a, b) => linesOf(b, facts.forms) - linesOf(a, facts.forms));
  const [first] = models;
  if (first === undefined)
    throw new AppError('E_WRONG_FAMILY', `${load} is no load of a phone that is known; check --load`);
  const settings = choices(first);
  const hasPictures = settings.backgrounds.length > 0;
  if (hasPictures && !areSame(models.map((model) => backgroundFolder(model, facts.forms))))
    throw unknownModel(mac, models);
  const each = models.map((model) => {
    const wish: ConfigWish = { phone: { mac, model, load, label }, account, pbx, settings };
    return { wish, result: generateConfiguration(wish, facts) };
  });
  // The file of a phone with more lines only has more empty ones, and a line that a 7940 does not have is nothing to it.
  const isJava = isJavaFamily(familyOfLoad(load) ?? '79x0');
  const forms = each.map(({ result }) => (result.ok ? formOf(result.value, isJava) : result.error.message));
  const made = each[0];
  if (made === undefined || !areSame(forms)) throw unknownModel(mac, models);
  const { wish, result } = made;
  if (!result.ok) throw new AppError(result.error.code, result.error.message);
  return { ...result.value, wish };
}

function areSame(values: readonly unknown[]): boolean {
  return new Set(values).size <= 1;
}

/** What would be said, and with `isWhole` everything that would be written, to be compared. */
function formOf({ files, remarks }: PhoneConfiguration, isWhole: boolean): string {
  const written = (isWhole ? files : []).map(({ name, content }) => [name, Buffer.from(content).toString('latin1')]);
  return JSON.stringify([written, remarks]);
}

function unknownModel(mac: MacAddress, found: readonly ModelId[]): AppError {
  const models = found.toSorted();
  const which = `a ${models.slice(0, -1).join(', a ')} or a ${models.at(-1)}`;
  return new AppError(
    'E_BAD_USAGE',
    `the record does not know whether ${mac} is ${which}, and its files depend on that; read the label and say it, such as --model ${models[0]}`,
  );
}
