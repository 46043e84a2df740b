import type { Language } from './messages.ts';

/** Texts of the pages without scripts. They stay on the web server. */
const en = {
  'join.button': 'Join the line',
  'join.code': 'Access code',
  'join.body': 'You get a place in line at once. Without JavaScript this page does not follow it by itself: you refresh it by a link.',
  'script.title': 'This sale needs JavaScript',
  'script.body': 'It asks for a login or a check that only a script can do. Please turn JavaScript on and reload.',
  'wait.body': 'Without JavaScript this page cannot follow the sale. Please turn JavaScript on and reload, or refresh it now and then.',
  'seen.body':
    'This browser has joined before. Behind the link is its place, as of now; where that has ended, you can join again there. Without JavaScript no page follows it by itself.',
  'place.link': 'See your place in line',
  'refresh.link': 'Refresh',
  'sale.link': 'To the page of the sale',
  'place.waiting': 'Your place in line',
  'place.waiting.body':
    'It is kept while this page is closed, too. Your turn ends if it is not taken in time, so refresh often when you are near the front.',
  'place.lobby': 'You are in the lobby',
  'place.lobby.body': 'Places are given when the sale opens. Refresh this page then.',
  'place.admitted': 'It is your turn',
  'place.admitted.body':
    'Tickets are chosen on the page of the sale, which needs JavaScript. Turn it on and open that page before your time is over:',
  'place.purchased': 'You have bought your tickets',
  'place.over': 'Your place has ended',
  'place.none': 'This browser has no place in this sale',
  'place.none.body': 'If you have just joined, this browser keeps no cookies. They are needed here: please allow them before you join.',
  'place.lost.body': 'The place that this browser had is not known any more.',
  'place.away': 'We can’t reach the box office',
  'place.away.body': 'Your place is kept. Please refresh in a moment.',
  'place.at': 'As of',
  'again.body': 'You can join here, at the end of the line.',
  'again.lobby': 'You can enter the lobby here.',
  'again.script':
    'To join, this sale needs JavaScript: it asks for a login or a check that only a script can do. Turn it on, and open the page of the sale.',
  'again.shut': 'The sale takes no joins now.',
  'again.button': 'Join the line again',
};
const ko: Record<keyof typeof en, string> = {
  'join.button': '대기열에 참여하기',
  'join.code': '참여 코드',
  'join.body': '바로 순번을 받습니다. 자바스크립트가 꺼져 있으면 순번이 저절로 바뀌어 보이지 않으므로 링크로 새로 고쳐 주세요.',
  'script.title': '이 판매에는 자바스크립트가 필요합니다',
  'script.body': '로그인이나 자동 확인처럼 스크립트로만 할 수 있는 절차가 있습니다. 자바스크립트를 켠 뒤 새로 고쳐 주세요.',
  'wait.body': '자바스크립트가 꺼져 있으면 이 페이지가 저절로 바뀌지 않습니다. 켠 뒤 새로 고치거나 가끔 새로 고쳐 주세요.',
  'seen.body':
    '이 브라우저는 이미 참여한 적이 있습니다. 링크에서 지금의 순번을 볼 수 있고, 순번이 끝났다면 그곳에서 다시 참여할 수 있습니다. 자바스크립트가 꺼져 있으면 저절로 바뀌지 않습니다.',
  'place.link': '내 순번 보기',
  'refresh.link': '새로 고침',
  'sale.link': '판매 페이지로',
  'place.waiting': '내 순번',
  'place.waiting.body':
    '이 페이지를 닫아도 순번은 유지됩니다. 차례가 와도 제때 오지 않으면 지나가므로, 앞에 가까워지면 자주 새로 고쳐 주세요.',
  'place.lobby': '로비에 있습니다',
  'place.lobby.body': '순번은 판매가 열릴 때 정해집니다. 그때 새로 고쳐 주세요.',
  'place.admitted': '차례가 되었습니다',
  'place.admitted.body': '티켓은 판매 페이지에서 고르며 자바스크립트가 필요합니다. 시간이 끝나기 전에 켜고 그 페이지를 열어 주세요:',
  'place.purchased': '구매를 마쳤습니다',
  'place.over': '순번이 끝났습니다',
  'place.none': '이 브라우저에는 이 판매의 순번이 없습니다',
  'place.none.body': '방금 참여했다면 이 브라우저가 쿠키를 저장하지 않는 것입니다. 쿠키를 허용한 뒤에 참여해 주세요.',
  'place.lost.body': '이 브라우저에 있던 순번을 더는 확인할 수 없습니다.',
  'place.away': '매표소에 연결할 수 없습니다',
  'place.away.body': '순번은 그대로 유지됩니다. 잠시 뒤 새로 고쳐 주세요.',
  'place.at': '기준 시각',
  'again.body': '여기에서 대기열 맨 뒤에 설 수 있습니다.',
  'again.lobby': '여기에서 로비에 들어갈 수 있습니다.',
  'again.script':
    '참여하려면 자바스크립트가 필요합니다. 로그인이나 자동 확인처럼 스크립트로만 할 수 있는 절차가 있습니다. 켠 뒤 판매 페이지를 열어 주세요.',
  'again.shut': '지금은 참여를 받지 않습니다.',
  'again.button': '대기열에 다시 참여하기',
};
const texts = { en, ko };

export type PlainKey = keyof typeof en;
export const plainTexts =
  (language: Language) =>
  (key: PlainKey): string =>
    texts[language][key];
