import { nextPass } from '@sunbeon/guard/next';
import { headers } from 'next/headers';
import { shopGuard } from '../guard.js';

const notes = { limit: 'This visit cannot be extended any further.', later: 'More time could not be had just now. Please try again.' };

export default async function Shop({ searchParams }) {
  const asked = await headers();
  const pass = await nextPass(shopGuard(), asked);
  const { note } = await searchParams;
  return (
    <>
      <p className="kicker">One evening only</p>
      <h1>Lantern Night</h1>
      <p>A walk through the old town by the light of two thousand lanterns.</p>
      <div className="card">
        <span>One ticket</span>
        <strong>€ 24</strong>
      </div>
      <form method="post" action="/order">
        <button>Order</button>
      </form>
      {pass ? (
        <>
          <p className="stay">
            Your visit lasts until <time dateTime={pass.expiresAt}>{pass.expiresAt.slice(11, 16)} UTC</time>
          </p>
          <form method="post" action="/more-time">
            <button className="quiet">I need more time</button>
          </form>
        </>
      ) : (
        <p className="stay">The shop is open to everybody at the moment.</p>
      )}
      {Object.hasOwn(notes, note ?? '') && <p role="status">{notes[note]}</p>}
    </>
  );
}
