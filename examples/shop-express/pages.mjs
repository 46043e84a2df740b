const page = (title, body) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
<main>${body}</main>
</html>
`;
const notes = { limit: 'This visit cannot be extended any further.', later: 'More time could not be had just now. Please try again.' };

/** Times are written by the server: the page needs no script. */
const until = (pass) =>
  pass
    ? `<p class="stay">Your visit lasts until <time datetime="${pass.expiresAt}">${pass.expiresAt.slice(11, 16)} UTC</time></p>`
    : '<p class="stay">The shop is open to everybody at the moment.</p>';

export const shopPage = (pass, note) =>
  page(
    'Lantern Night',
    `<p class="kicker">One evening only</p>
<h1>Lantern Night</h1>
<p>A walk through the old town by the light of two thousand lanterns.</p>
<div class="card"><span>One ticket</span><strong>€ 24</strong></div>
<form method="post" action="/order"><button>Order</button></form>
${until(pass)}
${pass ? '<form method="post" action="/more-time"><button class="quiet">I need more time</button></form>' : ''}
${Object.hasOwn(notes, note ?? '') ? `<p role="status">${notes[note]}</p>` : ''}`,
  );

export const thanksPage = (order) =>
  page('Thank you', `<h1>Thank you for your order</h1>${order ? `<p>Your order number is <strong>${order}</strong>.</p>` : ''}`);
