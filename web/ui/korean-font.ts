/** Whether the device has a font for Hangul: without one, every syllable is the same box. */
const hasHangul = (): boolean => {
  const canvas = document.createElement('canvas').getContext('2d');
  if (canvas === null) return true;
  const drawn = (syllable: string): string => {
    canvas.clearRect(0, 0, 40, 40);
    canvas.fillText(syllable, 5, 20);
    return canvas.getImageData(0, 0, 40, 40).data.join();
  };
  return drawn('콘') !== drawn('힣');
};

/** Loads a font for Hangul, for devices without one: after the text, and for nobody else (its rules alone are 25 kB). */
export const loadMissingFont = (): void => {
  if (!hasHangul()) import('./korean-font.css').catch(() => undefined);
};
