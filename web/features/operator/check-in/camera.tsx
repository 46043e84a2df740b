'use client';

import { ConsoleButton } from '../controls.tsx';
import { useOperatorI18n } from '../use-operator-i18n.ts';
import { useCamera } from './use-camera.ts';

/** The picture of the camera while it is on, and its switch. */
export const Camera = ({ onText }: { onText: (text: string) => void }) => {
  const { w } = useOperatorI18n();
  const { state, video, start, stop } = useCamera(onText);
  const isOn = state === 'on' || state === 'starting';
  return (
    <div className="flex flex-col gap-2" data-testid="camera" data-state={state}>
      <div className={isOn ? 'relative overflow-hidden rounded-2xl bg-black' : 'hidden'}>
        <video ref={video} muted playsInline aria-label={w('checkIn.camera.label')} className="h-[min(34dvh,20rem)] w-full object-cover" />
        <span
          aria-hidden="true"
          className="absolute inset-0 m-auto aspect-square h-3/4 rounded-2xl border-4 border-white/80 shadow-[0_0_0_100vmax_rgb(0_0_0/0.35)]"
        />
      </div>
      <p role="status" className="text-sm leading-relaxed text-ink-soft empty:hidden">
        {state === 'off' ? '' : w(`checkIn.camera.${state}`)}
      </p>
      <ConsoleButton onClick={isOn ? stop : start} data-testid="camera-switch" className="min-h-12! w-full">
        {w(isOn ? 'checkIn.camera.stop' : 'checkIn.camera')}
      </ConsoleButton>
    </div>
  );
};
