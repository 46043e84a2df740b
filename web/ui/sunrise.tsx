'use client';

import { useArrival } from './motion.tsx';

const rays = [-72, -48, -24, 0, 24, 48, 72];

/** A sun that rises once, as a celebration. Decoration only; by transform and opacity. */
export const Sunrise = () => {
  const sun = useArrival<HTMLDivElement>({ transform: ['translateY(56px)', 'translateY(0px)'] }, { duration: 1.4 });
  const shine = useArrival<SVGGElement>({ opacity: [0, 1] }, { duration: 1.6 });
  return (
    <div aria-hidden="true" className="relative h-20 overflow-hidden rounded-t-3xl bg-sun-soft">
      <div ref={sun} className="absolute inset-x-0 bottom-0 flex justify-center">
        <svg viewBox="0 0 160 64" className="h-16 text-sun" fill="none">
          <g ref={shine} stroke="currentColor" strokeWidth="3" strokeLinecap="round">
            {rays.map((angle) => (
              <path key={angle} d="M80 16v-9" transform={`rotate(${angle} 80 64)`} />
            ))}
          </g>
          <circle cx="80" cy="64" r="34" fill="currentColor" />
        </svg>
      </div>
    </div>
  );
};
