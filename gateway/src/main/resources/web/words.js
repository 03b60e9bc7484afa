// Words and shapes that several views share.
import { html } from './lib/lit-html.js';

export const COLUMNS = [
  ['backlog', 'Backlog'], ['coding', 'Coding'], ['qa', 'QA'], ['merge', 'Merge'],
  ['done', 'Done'], ['closed', 'Closed'], ['archived', 'Archived'],
];

export const TYPES = { story: 'S', bug: 'B', spike: 'K', refactor: 'R', epic: 'E' };

// Which of the events that the table allows a person is offered, in this order; machines say the others.
const OFFERED = ['triage', 'start', 'qa', 'qa-failed', 'merge', 'hold', 'unblock', 'unfreeze', 'fixup', 'retry', 'requeue-qa',
  'done', 'reopen', 'restore', 'block', 'freeze', 'supersede', 'reject', 'abandon', 'archive'];
export const ASK_WHY = new Set(['block', 'reject', 'abandon']);
export const FORWARD = new Set(['triage', 'start', 'qa', 'merge', 'unblock', 'unfreeze', 'fixup', 'reopen', 'restore', 'done']);

export const nextEvents = (item) => OFFERED.filter((event) => (item.events || []).includes(event));

const LABELS = { qa: 'To QA', 'qa-failed': 'QA failed', 'requeue-qa': 'Back to QA' };
export const eventLabel = (event) => LABELS[event] || sentence(event);

export const stageLabel = (stage) => (stage === 'qa' ? 'QA' : sentence(stage || 'void'));

function sentence(word) {
  const words = word.replaceAll('-', ' ');
  return words[0].toUpperCase() + words.slice(1);
}

export function age(ms) {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86400) return `${Math.floor(s / 3600)} h`;
  return `${Math.floor(s / 86400)} d`;
}

export const when = (time) => (time ? new Date(time).toLocaleString() : 'unknown');

export const typeMark = (type) =>
  html`<span class="type type-${type in TYPES ? type : 'other'}" title=${type || 'no type'}>${TYPES[type] || '?'}</span>`;

export const badge = (word) =>
  word && word !== 'active' && word !== 'done' ? html`<span class="badge badge-${word}">${word.replaceAll('-', ' ')}</span>` : '';

// "alice via gateway-1": who wanted it, and the device that signed it.
export function actorName(actor) {
  if (!actor) return 'unknown';
  const name = actor.name || actor.kind;
  return actor.via && actor.via !== name ? `${name} via ${actor.via}` : name;
}
