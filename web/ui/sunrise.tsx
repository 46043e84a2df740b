'use client';

import { m } from 'framer-motion';

const rays = [-72, -48, -24, 0, 24, 48, 72];

/** A sun that rises once: the whole celebration. Decoration only; moved by transform and opacity. */
export const Sunrise = () => (
  <div aria-hidden="true" className="relative h-20 overflow-hidden rounded-t-3xl bg-sun-soft">
    <m.div className="absolute inset-x-0 bottom-0 flex justify-center" initial={{ y: 56 }} animate={{ y: 0 }} transition={{ duration: 1.4, ease: [0.2, 0.7, 0.2, 1] }}>
      <svg viewBox="0 0 160 64" className="h-16 text-sun" fill="none">
        <m.g
          stroke="currentColor"
          strokeWidth="3"
          strokeLinecap="round"
          initial={{ opacity: 0 }}
          animate={{ opacity: 1 }}
          transition={{ delay: 0.7, duration: 0.9 }}
        >
          {rays.map((angle) => (
            <path key={angle} d="M80 16v-9" transform={`rotate(${angle} 80 64)`} />
          ))}
        </m.g>
        <circle cx="80" cy="64" r="34" fill="currentColor" />
      </svg>
    </m.div>
  </div>
);
