/**
 * Sounds that tell somebody at the other end of the room. They are off until they are switched on, since browsers want a press of a key first. The
 * beep of a scan is always on: who scans looks at phones, and has pressed a key.
 */
export class Alarm {
  #sound: AudioContext | null = null;
  #beeper: AudioContext | null = null;

  get isOn(): boolean {
    return this.#sound !== null;
  }

  toggle(): void {
    if (this.#sound === null) this.#sound = new AudioContext();
    else {
      void this.#sound.close();
      this.#sound = null;
    }
  }

  /** One short tone for each frequency, in hertz, where sound is on. */
  play(...tones: readonly number[]): void {
    if (this.#sound !== null) sing(this.#sound, tones);
  }

  /** The same whether it is on or not. */
  beep(...tones: readonly number[]): void {
    this.#beeper ??= new AudioContext();
    sing(this.#beeper, tones);
  }
}

function sing(sound: AudioContext, tones: readonly number[]): void {
  tones.forEach((tone, index) => {
    const [wave, loudness] = [sound.createOscillator(), sound.createGain()];
    const at = sound.currentTime + index * 0.18;
    wave.frequency.value = tone;
    loudness.gain.setValueAtTime(0.15, at);
    loudness.gain.exponentialRampToValueAtTime(0.001, at + 0.16);
    wave.connect(loudness).connect(sound.destination);
    wave.start(at);
    wave.stop(at + 0.17);
  });
}
