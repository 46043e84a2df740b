/** Looks at one frame; the text of a QR code in it, or null. */
export type ReadQr = (video: HTMLVideoElement) => Promise<string | null>;

/** Not in the types of the DOM: only some browsers have it. */
interface Detector {
  detect: (image: HTMLVideoElement) => Promise<{ rawValue: string }[]>;
}
interface DetectorClass {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats: () => Promise<string[]>;
}

/** Longest side of the picture that is searched, pixels: enough for a code that fills a quarter of it. */
const longestSide = 800;

const byBrowser = async (): Promise<ReadQr | null> => {
  const Class = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  try {
    if (Class === undefined || !(await Class.getSupportedFormats()).includes('qr_code')) return null;
    const detector = new Class({ formats: ['qr_code'] });
    return async (video) => (await detector.detect(video))[0]?.rawValue ?? null;
  } catch {
    return null;
  }
};

/** In plain JavaScript, and on this device alone. */
const byLibrary = async (): Promise<ReadQr> => {
  const { decodeQR } = await import('qr/decode.js');
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  return async (video) => {
    const { videoWidth, videoHeight } = video;
    if (context === null || videoWidth === 0) return null;
    const scale = Math.min(1, longestSide / Math.max(videoWidth, videoHeight));
    const [width, height] = [Math.round(videoWidth * scale), Math.round(videoHeight * scale)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    context.drawImage(video, 0, 0, width, height);
    try {
      return decodeQR(context.getImageData(0, 0, width, height));
    } catch {
      // It throws where there is no code.
      return null;
    }
  };
};

/** The browser's own detector where it reads QR codes, else a library, which is loaded then. */
export const createQrReader = async (): Promise<ReadQr> => (await byBrowser()) ?? (await byLibrary());
