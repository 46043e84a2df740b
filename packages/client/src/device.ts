interface Device {
  /** The visibility of the page changed. */
  onLook: () => void;
  /** The network is back, or the page was frozen: the socket may be half-open. */
  onReturn: () => void;
  onOffline: () => void;
}

/** False where there is no page. */
export const isHidden = (): boolean => typeof document !== 'undefined' && document.visibilityState === 'hidden';

/** Subscribes to visibility, network and lifecycle events of the page; no effect where there is none. Returns the unsubscribe function. */
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
