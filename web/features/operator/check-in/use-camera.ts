'use client';

import { useEffect, useRef, useState, useSyncExternalStore, type RefObject } from 'react';
import { createSeen } from './code.ts';
import { createQrReader } from './read-qr.ts';

/** Pause between two looks at the picture, ms: ten a second, and the page stays quick on an old phone. */
const lookEveryMs = 100;

export type CameraState = 'off' | 'starting' | 'on' | 'denied' | 'none' | 'failed';

const onVisibility = (changed: () => void) => {
  document.addEventListener('visibilitychange', changed);
  return () => document.removeEventListener('visibilitychange', changed);
};
const stateOfError = (error: unknown): CameraState => {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'none' : 'failed';
};

interface Camera {
  state: CameraState;
  video: RefObject<HTMLVideoElement | null>;
  start: () => void;
  stop: () => void;
}

/** Reads QR codes by the camera from `start` until `stop`; it is off while the page is hidden, and after it is left. Each code is told once. */
export const useCamera = (onText: (text: string) => void): Camera => {
  const video = useRef<HTMLVideoElement>(null);
  const [isWanted, setWanted] = useState(false);
  const [state, setState] = useState<CameraState>('off');
  const isHidden = useSyncExternalStore(
    onVisibility,
    () => document.hidden,
    () => false,
  );
  const tell = useRef(onText);
  useEffect(() => {
    tell.current = onText;
  }, [onText]);

  useEffect(() => {
    if (!isWanted || isHidden) return;
    let isOver = false;
    let stream: MediaStream | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = (): void => {
      isOver = true;
      clearTimeout(timer);
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
    const run = async (): Promise<void> => {
      setState('starting');
      // Typed as always there; plain http has none.
      const devices = (navigator as Partial<Navigator>).mediaDevices;
      if (devices === undefined) throw new DOMException('no devices', 'NotFoundError');
      const [opened, read] = await Promise.all([
        devices.getUserMedia({ audio: false, video: { facingMode: 'environment', width: { ideal: 1_280 }, height: { ideal: 720 } } }),
        createQrReader(),
      ]);
      stream = opened;
      const element = video.current;
      if (isOver || element === null) return end();
      element.srcObject = opened;
      await element.play();
      setState('on');
      const isNew = createSeen();
      const look = async (): Promise<void> => {
        const text = await read(element).catch(() => null);
        if (isOver) return;
        if (text !== null && isNew(text, performance.now())) tell.current(text);
        timer = setTimeout(() => void look(), lookEveryMs);
      };
      await look();
    };
    run().catch((error: unknown) => {
      end();
      setState(stateOfError(error));
      setWanted(false);
    });
    window.addEventListener('pagehide', end);
    return () => {
      window.removeEventListener('pagehide', end);
      end();
    };
  }, [isWanted, isHidden]);

  return {
    state,
    video,
    start: () => setWanted(true),
    stop: () => {
      setWanted(false);
      setState('off');
    },
  };
};
