/** How a setting is written: one text, several, or on and off. `paths` are lists that the environment parts with `:`. */
type SettingKind = 'text' | 'number' | 'path' | 'list' | 'paths' | 'switch';

/** One flag of the command line; the environment and the YAML file know it by the same word. */
export interface Setting {
  readonly kind: SettingKind;
  /** How the value is named in help; empty for a switch. */
  readonly value: string;
  readonly help: string;
  readonly choices?: readonly string[];
  /** What it means when it is given without a value; a value is needed where this is absent. */
  readonly bare?: string;
}
