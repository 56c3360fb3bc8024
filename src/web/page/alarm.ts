/** Sounds that tell somebody at the other end of the room. They are off until they are switched on, since browsers want a press of a key first. */
export class Alarm {
  #sound: AudioContext | null = null;

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

  /** One short tone for each frequency, in hertz. */
  play(...tones: readonly number[]): void {
    const sound = this.#sound;
    if (sound === null) return;
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
}
