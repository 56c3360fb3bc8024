import { availableParallelism, cpus, release, totalmem } from 'node:os';

/** The machine that measures, for the file that a bench leaves. */
export function thisMachine() {
  const [processor] = cpus();
  return {
    processor: processor?.model,
    cores: availableParallelism(),
    memoryMb: Math.round(totalmem() / 2 ** 20),
    kernel: release(),
    node: process.version,
  };
}
