import { serverClock } from './clock.ts';

/** A moment of the server's clock: the time of day, and the day where it is not today. */
export function momentText(moment: string): string {
  const at = new Date(moment);
  const isToday = at.toDateString() === new Date(serverClock.now()).toDateString();
  return isToday ? at.toLocaleTimeString() : at.toLocaleString();
}
