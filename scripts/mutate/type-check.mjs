import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withMutant } from './mutants.mjs';

const ROOMS_ALONE = { extends: './tsconfig.json', include: ['src/**/*.ts', 'machines/**/*.ts'] };

/** A copy of the code in which one mutant after the other is shown to the type checker: `npm run check` is a test as well. */
export class TypeCheck {
  #root;
  #copy = null;

  constructor(root) {
    this.#root = root;
  }

  /** Whether the type checker refuses the code with this mutant in it. */
  refuses(mutant) {
    this.#copy ??= this.#start();
    const path = join(this.#copy, mutant.file);
    const source = readFileSync(join(this.#root, mutant.file), 'utf8');
    writeFileSync(path, withMutant(source, mutant));
    const isRefused = this.#run() !== 0;
    writeFileSync(path, source);
    return isRefused;
  }

  stop() {
    if (this.#copy !== null) rmSync(this.#copy, { recursive: true });
    this.#copy = null;
  }

  #start() {
    const copy = mkdtempSync(join(tmpdir(), 'loadstep-types-'));
    const listed = execFileSync('git', ['-C', this.#root, 'ls-files', '-co', '--exclude-standard', '-z'], {
      encoding: 'utf8',
    });
    for (const file of listed.split('\0')) {
      if (/\.(m?ts|json)$/.test(file)) cpSync(join(this.#root, file), join(copy, file));
    }
    // What tests assume of types would take most of the time and notice hardly more.
    writeFileSync(join(copy, 'tsconfig.rooms.json'), JSON.stringify(ROOMS_ALONE));
    symlinkSync(join(this.#root, 'node_modules'), join(copy, 'node_modules'));
    this.#copy = copy;
    if (this.#run() !== 0) throw new Error('the code as it is does not pass the type checker');
    return copy;
  }

  #run() {
    const tsc = join(this.#root, 'node_modules/typescript/bin/tsc');
    return spawnSync(process.execPath, [tsc, '-p', 'tsconfig.rooms.json', '--noEmit'], { cwd: this.#copy }).status;
  }
}
