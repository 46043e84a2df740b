import type { Language } from '../../lib/i18n/messages.ts';
import type { Doubt, Fault } from './check-draw.ts';

/** Texts of the check, which is loaded on demand: not with the page. */
export interface CheckTexts {
  title: string;
  reading: string;
  progress: string;
  right: string;
  later: string;
  checked: string;
  wrong: string;
  place: string;
  faults: Record<Exclude<Fault, 'place'>, string>;
  notProven: string;
  doubts: Record<Doubt, string>;
  undrawn: string;
  unreachable: string;
  again: string;
  commitmentKept: string;
  nothingKept: string;
  rootBefore: string;
  rootAfter: string;
  rootUnheard: string;
  tell: string;
}

const en: CheckTexts = {
  title: 'Check of the draw',
  reading: 'Reading the draw…',
  progress: '{done} of {count} entries',
  right: 'Your place {place} of {count} in the draw is right.',
  later: 'The draw of {count} entries is right. You came after it, and your number {place} is behind it.',
  checked: 'This browser has recomputed the list of entries, the secret and the order of all of them.',
  wrong: 'Something is wrong with this draw.',
  place: 'By the draw your place is {place}, but you were given {seq}.',
  faults: {
    form: 'The answer about the draw is not of the form that it must have.',
    generation: 'The draw is that of another sale of this name.',
    kept_commitment: 'The fingerprint of the secret is not the one that this browser saw in the lobby: the secret was exchanged.',
    kept_root: 'The list of entries is not the one that was published before the draw: it was changed afterwards.',
    kept_beacon: 'A public random number was announced, and the draw did not use any.',
    seed: 'The secret does not fit the fingerprint that was published before.',
    page: 'A part of the list of entries is incomplete.',
    order: 'The list of entries is not in order, or names somebody twice.',
    root: 'The list of entries is not the one that was published before the draw.',
    round: 'The public random number is not the one that the rules prescribe.',
    signature: 'The public random number is forged.',
    missing: 'You have a number of the draw, but you are not in its list.',
  },
  notProven: 'The numbers agree, and your place {place} of {count} in the draw follows from them. But this draw is not proven.',
  doubts: {
    beacon_unavailable:
      'The public random number did not arrive in time, and the draw went on without it. Whoever could stop it could choose between two orders.',
    other_chain: 'The public random number comes from a source that this page does not know and cannot check.',
  },
  undrawn: 'The order has not been drawn yet.',
  unreachable: 'The draw could not be read. Please try again.',
  again: 'Check again',
  commitmentKept: 'The fingerprint of the secret is the one that this browser saw at {time}.',
  nothingKept: 'This browser did not see the fingerprint before the draw, so it cannot say whether it was exchanged.',
  rootBefore: 'This browser knew the list of entries at {time} by its clock, before the public random number of {round} existed.',
  rootAfter: 'This browser knew the list of entries only at {time} by its clock, after the public random number of {round}.',
  rootUnheard: 'This browser did not hear the list of entries before the draw.',
  tell: 'Please keep a picture of this and tell others.',
};

const ko: CheckTexts = {
  title: '추첨 확인',
  reading: '추첨 내용을 읽고 있습니다…',
  progress: '{count}건 중 {done}건',
  right: '추첨한 {count}명 중 {place}번, 내 번호가 맞습니다.',
  later: '{count}명의 추첨이 맞습니다. 추첨 뒤에 오셨으므로 내 번호 {place}번은 그 뒤입니다.',
  checked: '이 브라우저가 명단과 비밀값, 전체 순서를 직접 다시 계산했습니다.',
  wrong: '이 추첨에 잘못된 점이 있습니다.',
  place: '추첨대로라면 {place}번인데 {seq}번을 받으셨습니다.',
  faults: {
    form: '추첨 내용이 정해진 형식이 아닙니다.',
    generation: '같은 이름의 다른 판매의 추첨입니다.',
    kept_commitment: '비밀값의 지문이 로비에서 이 브라우저가 본 것과 다릅니다. 비밀값이 바뀌었습니다.',
    kept_root: '명단이 추첨 전에 공개된 것과 다릅니다. 나중에 바뀌었습니다.',
    kept_beacon: '공개 난수를 쓰기로 했지만 쓰지 않았습니다.',
    seed: '비밀값이 미리 공개된 지문과 맞지 않습니다.',
    page: '명단의 일부가 빠져 있습니다.',
    order: '명단이 순서대로가 아니거나 같은 사람이 두 번 있습니다.',
    root: '명단이 추첨 전에 공개된 것과 다릅니다.',
    round: '공개 난수가 규칙에서 정한 것이 아닙니다.',
    signature: '공개 난수가 위조되었습니다.',
    missing: '추첨 번호를 받으셨지만 명단에 없습니다.',
  },
  notProven: '수치는 서로 맞고, {count}명 중 {place}번이라는 결과도 맞습니다. 그러나 이 추첨은 증명되지 않았습니다.',
  doubts: {
    beacon_unavailable:
      '공개 난수가 제때 오지 않아 없이 추첨했습니다. 그것을 막을 수 있는 사람은 두 순서 가운데 하나를 고를 수 있었습니다.',
    other_chain: '이 페이지가 알지 못해 확인할 수 없는 곳의 공개 난수를 썼습니다.',
  },
  undrawn: '아직 순서를 추첨하지 않았습니다.',
  unreachable: '추첨 내용을 읽지 못했습니다. 다시 시도해 주세요.',
  again: '다시 확인',
  commitmentKept: '비밀값의 지문은 이 브라우저가 {time}에 본 것과 같습니다.',
  nothingKept: '이 브라우저는 추첨 전에 지문을 보지 못했으므로, 바뀌었는지 말할 수 없습니다.',
  rootBefore: '이 브라우저의 시계로 {time}에 명단을 알았으며, {round}의 공개 난수가 생기기 전입니다.',
  rootAfter: '이 브라우저의 시계로 {time}에야 명단을 알았으며, {round}의 공개 난수가 생긴 뒤입니다.',
  rootUnheard: '이 브라우저는 추첨 전에 명단을 듣지 못했습니다.',
  tell: '이 화면을 저장하고 다른 분들께도 알려 주세요.',
};

export const checkTexts: Record<Language, CheckTexts> = { ko, en };
