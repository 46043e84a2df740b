/** Three notes, Hz, in sequence. */
const notes = [659.25, 830.61, 987.77];
const noteSeconds = 0.18;
const loudness = 0.12;

export interface Chime {
  /** Must run inside a click or a key press: browsers block sound before. */
  unlock: () => void;
  play: () => void;
  close: () => void;
}

/** A synthesised sound, so that nothing is fetched when it is needed. Silent where there is no Web Audio. */
export const createChime = (): Chime => {
  let context: AudioContext | null = null;
  return {
    unlock: () => {
      if (typeof AudioContext === 'undefined') return;
      context ??= new AudioContext();
      void context.resume().catch(() => undefined);
    },
    play: () => {
      if (context === null) return;
      void context.resume().catch(() => undefined);
      notes.forEach((frequency, index) => {
        const { currentTime, destination } = context!;
        const startsAt = currentTime + index * noteSeconds;
        const endsAt = startsAt + noteSeconds * 4;
        const tone = new OscillatorNode(context!, { type: 'sine', frequency });
        const volume = new GainNode(context!, { gain: 0 });
        volume.gain.setValueAtTime(0, startsAt);
        volume.gain.linearRampToValueAtTime(loudness, startsAt + 0.03);
        volume.gain.exponentialRampToValueAtTime(0.0001, endsAt);
        tone.connect(volume).connect(destination);
        tone.start(startsAt);
        tone.stop(endsAt);
      });
    },
    close: () => {
      void context?.close().catch(() => undefined);
      context = null;
    },
  };
};
