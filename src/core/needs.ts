/**
 * What a phone needs before it gets any further, where only a person can give it: that it is restarted, or what its advice says. A held
 * phone tells so by its state, and one that never asked by that.
 */
export type Needs = 'restart' | 'person';
