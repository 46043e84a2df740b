import { actorText, type Actor } from '../actor.ts';
import { defineScript } from '../script.ts';

export type NoteWrongTokenOutcome = { outcome: 'counted'; untilMs: number } | { outcome: 'limited'; untilMs: number };

/** `most`: wrong ones a minute; 0 for any number. */
export const noteWrongToken = defineScript<{ addressKey: string; most: number; by: Actor }, NoteWrongTokenOutcome>({
  name: 'runtime/note-wrong-token',
  url: new URL('./note-wrong-token.lua', import.meta.url),
  keys: ['wrongTokens', 'failedSignIns'],
  arguments: ({ addressKey, most, by }) => [addressKey, most, actorText(by)],
  decode: (reply) => {
    const [outcome, untilMs] = reply as [NoteWrongTokenOutcome['outcome'], number];
    return { outcome, untilMs };
  },
});
