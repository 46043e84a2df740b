'use client';

import { useEffect, useRef, useState } from 'react';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { monotonicMs } from '../../lib/server-clock.ts';
import type { Translate } from '../../lib/i18n/messages.ts';
import { etaText } from './eta-text.ts';
import type { View } from './view.ts';

/** Shortest interval between announcements of the position to a screen reader, ms. */
const positionEveryMs = 30_000;

const textOf = (t: Translate, view: View): string => {
  switch (view.state) {
    case 'waiting':
      return view.visitor.position === undefined
        ? t('waiting.title')
        : t('waiting.position.spoken', { position: view.visitor.position, eta: etaText(t, view) });
    case 'completed':
      return t(`completed.${view.outcome}.title`);
    default:
      return t(`${view.state}.title`);
  }
};

interface AnnouncementProps {
  view: View;
  message: string | undefined;
  /** A proof of work is being computed. */
  isProving: boolean;
}

/** Live regions (polite): each new state, each message of the organiser and a check that begins at once, the position at intervals. */
export const Announcement = ({ view, message, isProving }: AnnouncementProps) => {
  const { t } = useLanguage();
  const [said, setSaid] = useState('');
  const last = useRef<{ state: string; atMs: number }>({ state: '', atMs: 0 });
  const text = textOf(t, view);
  useEffect(() => {
    const dueMs = last.current.state === view.state ? last.current.atMs + positionEveryMs - monotonicMs() : 0;
    const timer = setTimeout(
      () => {
        last.current = { state: view.state, atMs: monotonicMs() };
        setSaid(text);
      },
      Math.max(0, dueMs),
    );
    return () => clearTimeout(timer);
  }, [text, view.state]);
  return (
    <>
      <p role="status" className="sr-only">
        {said}
      </p>
      <p role="status" className="sr-only">
        {message !== undefined && message !== '' && `${t('facts.message')}: ${message}`}
      </p>
      <p role="status" className="sr-only">
        {isProving && `${t('proof.title')} ${t('proof.body')}`}
      </p>
    </>
  );
};
