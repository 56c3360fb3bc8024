import { afterAll } from 'vitest';
import { beginAnew, killAll } from '../e2e/watched.ts';

// Runs before each file of tests, also where several share a process: the programs that one started end with it.
beginAnew();
afterAll(killAll);
