/** Texts of the console about what needs a person, English. The steps are the first ones of docs/RUNBOOK.md. */
export const operatorAttentionEn = {
  'attention.title': 'Needs attention',
  'attention.first': 'First:',
  'attention.runbook': 'Then:',
  'attention.no_leader.title': 'Nobody runs this sale',
  'attention.no_leader.text': 'For {seconds} s nobody was admitted and no turn ended.',
  'attention.no_leader.step': 'start an instance of the admission service. If one is running, its /readyz names what it lacks.',
  'attention.invariant_broken.title': 'Counts contradict each other',
  'attention.invariant_broken.text': 'Broken: {names}.',
  'attention.invariant_broken.step':
    'leave the sale paused, or pause it. Run the check of all invariants and keep its output before you change anything.',
  'attention.pace_off.title': 'The pace is not kept',
  'attention.pace_off.text':
    '{admitted} people were admitted in {minutes} minutes, {expected} were wanted. People waited and there was room.',
  'attention.pace_off.step':
    'too few: give the admission service more processor time. Too many: pause the sale and run the check of all invariants.',
  'attention.redis_slow.title': 'Redis is slow',
  'attention.redis_slow.text': 'It took {seconds} s to read these figures.',
  'attention.redis_slow.step': 'look at the processor and the disk of Redis, and for long commands in its SLOWLOG.',
  'attention.gateways_refusing.title': 'Gateways turn requests away',
  'attention.gateways_refusing.text': '{count} in the last minute, of all sales.',
  'attention.gateways_refusing.step':
    'find out whether it is a crowd or few addresses. A crowd: add gateways. Few addresses: block them at the edge.',
  'attention.browsers_dropping.title': 'Browsers lose their connection',
  'attention.browsers_dropping.text': '{now} are connected, {before} were a minute before, and the line did not become shorter.',
  'attention.browsers_dropping.step': 'start the gateways that are away. If all run, undo the last change of the proxy or the network.',
} as const;
