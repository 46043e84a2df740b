'use client';

import { useCallback, useEffect, useRef, useState } from 'react';
import { createChime } from '../../lib/chime.ts';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { attempt } from '../../lib/storage.ts';
import type { StateName, View } from './view.ts';

export type AlertStatus = 'off' | 'sound' | 'both';
export interface Alerts {
  status: AlertStatus;
  turnOn: () => void;
  turnOff: () => void;
}
/** Occasions of an alert. */
export type Call = 'turn' | 'open';

const storageKey = 'sunbeon:alerts';
const before: Record<Call, readonly StateName[]> = { turn: ['waiting', 'paused', 'lobby', 'drawing'], open: ['scheduled'] };
const after: Record<Call, readonly StateName[]> = { turn: ['admitted', 'buying', 'entering'], open: ['join', 'lobby_open'] };

/** The alert of a transition between two states, if any. */
export const callOf = (from: StateName, to: StateName): Call | null =>
  (['turn', 'open'] as const).find((call) => before[call].includes(from) && after[call].includes(to)) ?? null;

const recall = (): boolean => attempt(() => localStorage.getItem(storageKey) === 'on', false);
/** Where storage is refused, the choice is kept for this page alone. */
const remember = (on: boolean): void =>
  attempt(() => (on ? localStorage.setItem(storageKey, 'on') : localStorage.removeItem(storageKey)), undefined);
const permitted = (): boolean => typeof Notification !== 'undefined' && Notification.permission === 'granted';

/** Some phones allow notifications only from a service worker and throw here; the sound still plays. */
const notify = (title: string, body: string): void => {
  try {
    const shown = new Notification(title, { body, tag: 'sunbeon', icon: '/icon.svg' });
    shown.onclick = () => {
      window.focus();
      shown.close();
    };
  } catch {
    // No further fallback.
  }
};

/** Alerts by sound and notification. Off until a click turns it on, which also requests permission. */
export const useAlerts = (view: View, title: string): Alerts => {
  const { t } = useLanguage();
  const [status, setStatus] = useState<AlertStatus>('off');
  const chime = useRef<ReturnType<typeof createChime> | null>(null);
  const last = useRef(view.state);
  /** Incremented with each choice: the answer to the permission request may arrive after another choice. */
  const choice = useRef(0);

  useEffect(() => {
    const mine = createChime();
    chime.current = mine;
    if (!recall()) return mine.close;
    setStatus(permitted() ? 'both' : 'sound');
    // The choice was made on an earlier load; the first touch of this one unlocks the sound.
    const unlock = (): void => mine.unlock();
    window.addEventListener('pointerdown', unlock, { once: true });
    window.addEventListener('keydown', unlock, { once: true });
    return () => {
      window.removeEventListener('pointerdown', unlock);
      window.removeEventListener('keydown', unlock);
      mine.close();
    };
  }, []);

  useEffect(() => {
    const call = callOf(last.current, view.state);
    last.current = view.state;
    if (call === null || status === 'off') return;
    chime.current?.play();
    if (typeof navigator.vibrate === 'function') navigator.vibrate([120, 80, 120]);
    if (permitted() && document.visibilityState === 'hidden')
      notify(t(`alerts.notification.${call}`, { title }), t(`alerts.notification.${call}.body`));
  }, [view.state, status, title, t]);

  const turnOn = useCallback(() => {
    const mine = (choice.current += 1);
    chime.current?.unlock();
    remember(true);
    setStatus(permitted() ? 'both' : 'sound');
    if (typeof Notification === 'undefined' || Notification.permission !== 'default') return;
    void Notification.requestPermission().then((answer) => {
      if (mine === choice.current) setStatus(answer === 'granted' ? 'both' : 'sound');
    });
  }, []);
  const turnOff = useCallback(() => {
    choice.current += 1;
    remember(false);
    setStatus('off');
  }, []);

  return { status, turnOn, turnOff };
};
