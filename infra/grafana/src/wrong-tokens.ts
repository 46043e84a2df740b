import { graph, rate } from './panels.ts';

/** Guesses of operators' tokens. */
export const wrongTokens = graph({
  title: 'Wrong tokens of operators',
  description: 'Calls and sign-ins refused for their token, a second. Limited: more than ten a minute from one address.',
  unit: 'ops',
  stacked: true,
  runbook: 'SunbeonOperatorTokensGuessed',
  lines: [{ query: rate('sunbeon_wrong_operator_tokens_total', 'outcome'), legend: '{{outcome}}' }],
});
