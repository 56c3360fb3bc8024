import type { EmulatedPhone, PhoneOptions } from './phone-options.ts';

/** Makes an emulated phone; nothing runs before its `start()`. */
export function createPhone(_options: PhoneOptions): EmulatedPhone {
  throw new Error('the emulated phone is being built');
}
