export const languages = ['ko', 'en'] as const;
export type Language = (typeof languages)[number];

/** A small phone. */
export const viewport = { width: 360, height: 740 } as const;

export interface OpenOptions {
  language: Language;
  /** Runs in the page before its own scripts. */
  before?: () => void;
}

/** One page of one browser, with what the tests need of it. */
export interface EnginePage {
  goto: (url: string) => Promise<void>;
  reload: () => Promise<void>;
  /** A click of the pointer on the first element. */
  click: (selector: string) => Promise<void>;
  /** Runs in the page; nothing of the test's scope is there. */
  evaluate: <Result, Args extends unknown[]>(run: (...args: Args) => Result, ...args: Args) => Promise<Result>;
  picture: (file: string) => Promise<void>;
  /** Console errors and uncaught errors so far. */
  complaints: () => readonly string[];
  close: () => Promise<void>;
}

export interface Engine {
  name: string;
  /** Program of the browser or of its driver; null where it is not installed. */
  program: string | null;
  /** The browser asks for pages in the wanted language. Otherwise it asks in English, and the page's switch is for Korean. */
  sendsLanguage: boolean;
  /** `before` is possible. */
  runsBefore: boolean;
  open: (options: OpenOptions) => Promise<EnginePage>;
}
