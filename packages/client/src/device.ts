interface Device {
  /** The page is looked at again, or no longer. */
  onLook: () => void;
  /** The network is back, or the page was frozen: what was open may be dead without knowing. */
  onReturn: () => void;
  onOffline: () => void;
}

/** A page that nobody looks at; false where there is no page. */
export const isHidden = (): boolean => typeof document !== 'undefined' && document.visibilityState === 'hidden';

/** Listens to what a browser tells a page about itself; does nothing where there is no page. Returns what ends it. */
export const watchDevice = ({ onLook, onReturn, onOffline }: Device): (() => void) => {
  if (typeof document === 'undefined') return () => {};
  const shown = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) onReturn();
  };
  const abort = new AbortController();
  const { signal } = abort;
  document.addEventListener('visibilitychange', onLook, { signal });
  document.addEventListener('resume', onReturn, { signal });
  window.addEventListener('pageshow', shown, { signal });
  window.addEventListener('online', onReturn, { signal });
  window.addEventListener('offline', onOffline, { signal });
  return () => abort.abort();
};
