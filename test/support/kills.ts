/**
 * Tests that kill a program at one moment after another take one moment of so many, and each of them with KILLS=all in the environment, since a life for each
 * takes minutes.
 */
export function oneMomentIn(many: number): number {
  return process.env.KILLS === 'all' ? 1 : many;
}
