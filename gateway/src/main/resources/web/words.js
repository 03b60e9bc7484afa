// Words and shapes that several views share.
import { html } from './lib/lit-html.js';

export const COLUMNS = [
  ['backlog', 'Backlog'], ['coding', 'Coding'], ['qa', 'QA'], ['merge', 'Merge'],
  ['done', 'Done'], ['closed', 'Closed'], ['archived', 'Archived'],
];

export const TYPES = { story: 'S', bug: 'B', spike: 'K', refactor: 'R', epic: 'E' };

// What a person may do next, by stage. The node has the last word; this only decides which buttons are offered.
const OPEN = ['block', 'freeze', 'done', 'abandon', 'reject'];
const NEXT = {
  Upcoming: ['triage', 'start', ...OPEN], Backlog: ['start', ...OPEN], Coding: ['qa', 'merge', ...OPEN],
  Qa: ['merge', 'qa-failed', 'hold', ...OPEN], ReviewHold: ['merge', ...OPEN],
  Merge: ['merge-failed', 'merge-aborted', 'requeue-qa', ...OPEN],
  MergeFailure: ['fixup', 'retry', 'requeue-qa', ...OPEN], MergeFailureFinal: ['fixup', 'retry', ...OPEN],
  Blocked: ['unblock', 'freeze', 'done', 'abandon', 'reject'], Frozen: ['unfreeze', 'abandon', 'reject'],
  Done: ['reopen', 'archive'], Abandoned: ['archive'], Superseded: ['archive'], Rejected: ['archive'],
  Archived: ['restore'],
};

export const nextEvents = (stage) => NEXT[stage] || [];

export const eventLabel = (event) => {
  const words = event.replaceAll('-', ' ');
  return words[0].toUpperCase() + words.slice(1);
};

export function age(ms) {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86400) return `${Math.floor(s / 3600)} h`;
  return `${Math.floor(s / 86400)} d`;
}

export const when = (ms) => (ms ? new Date(ms).toLocaleString() : 'unknown');

export const typeMark = (type) =>
  html`<span class="type type-${type in TYPES ? type : 'story'}" title=${type}>${TYPES[type] || '?'}</span>`;

export const badge = (word) =>
  word && word !== 'active' ? html`<span class="badge badge-${word}">${word.replaceAll('-', ' ')}</span>` : '';

export const actorName = (actor) => (actor ? actor.name || actor.kind : 'unknown');
