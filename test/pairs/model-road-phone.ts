import { heldBytes } from '../support/held-bytes.ts';
import { ModelPhone, type PhoneAtStart, type Reply } from '../support/model-phone.ts';
import { loaderWords, type RoadPhone, type Wire } from './road-phone.ts';

/** The phone of `test/support`, which takes what the dossiers' planner table says. */
export class ModelRoadPhone implements RoadPhone {
  readonly #phone: ModelPhone;

  constructor(start: PhoneAtStart) {
    this.#phone = new ModelPhone(start);
  }

  get runs(): string {
    const { runs, installed } = this.#phone;
    if (runs.load.startsWith('term')) return installed;
    return runs.kind === 'loader' ? loaderWords(runs.load) : runs.load;
  }

  async boot(wire: Wire): Promise<void> {
    const boot = this.#phone.boot();
    const text = new TextDecoder();
    for (let step = boot.next(); step.done !== true; ) {
      await wire.wait(500);
      const answer = await wire.ask(step.value);
      const reply: Reply =
        answer.kind === 'content'
          ? { kind: 'content', text: text.decode(heldBytes(answer.content)) }
          : { kind: answer.kind === 'error' ? 'missing' : 'silent' };
      step = boot.next(reply);
    }
  }
}
