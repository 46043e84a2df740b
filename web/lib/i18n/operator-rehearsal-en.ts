/** Texts of the console's rehearsals, English. */
export const operatorRehearsalEn = {
  'rehearsal.badge': 'Rehearsal',
  'rehearsal.start': 'Rehearse',
  'rehearsal.title': 'Rehearse this sale',
  'rehearsal.body':
    'Makes a copy with the same pace, limits and stock, and sends virtual people into it on this installation. Visitors do not see it. Access codes, members, lobby and message are not copied. It is deleted by itself {minutes} minutes after it closes.',
  'rehearsal.yes': 'Start the rehearsal',
  'rehearsal.banner': 'Rehearsal of {sale}: {people} virtual people, deleted at {time}.',
  'rehearsal.of': 'To the sale',
  'rehearsal.stop': 'Stop the rehearsal',
  'rehearsal.stop.done': 'The rehearsal is stopped. Its figures stay until it is deleted.',
  'field.people': 'Virtual people',
  'field.people.help': 'They arrive within a minute.',
  'field.minutes': 'Minutes',
  'field.minutes.help': 'Then the rehearsal closes.',
  'field.conversion': 'Buyers, %',
  'field.conversion.help': 'Of those who come in; the others leave without buying.',
  'field.conversion.gate': 'A gate sells nothing: all leave after their visit.',
  'field.noShows': 'No-shows, %',
  'field.noShows.help': 'Do not come when it is their turn.',
  'problem.too_many_rehearsals': 'There are three rehearsals already. Wait until one is deleted, or close and delete one.',
} as const;
