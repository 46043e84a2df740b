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
  /** What `listen` heard in this tab. */
  complaints: () => Promise<readonly string[]>;
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

/**
 * Runs in a page: keeps console errors, uncaught errors, files that did not load and what the policy refused, over navigations. WebKit's driver tells of
 * none of them, and Firefox's not of all.
 */
export const listen = (): void => {
  if ('isHeard' in window) return;
  Object.assign(window, { isHeard: true });
  const note = (text: string): void =>
    sessionStorage.setItem('complaints', JSON.stringify([...(JSON.parse(sessionStorage.getItem('complaints') ?? '[]') as string[]), text]));
  const { error } = console;
  console.error = (...words: unknown[]) => {
    note(words.map(String).join(' '));
    error.apply(console, words);
  };
  // Errors of files do not bubble.
  window.addEventListener(
    'error',
    ({ message, target }: Partial<ErrorEvent>) => note(message ?? `did not load: ${(target as Element).outerHTML}`),
    true,
  );
  window.addEventListener('unhandledrejection', ({ reason }) => note(`rejected: ${String(reason)}`));
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
    note(`policy: ${violatedDirective} ${blockedURI}`),
  );
};
export const heard = (): readonly string[] => JSON.parse(sessionStorage.getItem('complaints') ?? '[]') as string[];
