import { html } from './lib/lit-html.js';
import { repeat } from './lib/directives/repeat.js';
import { byPlace } from './order.js';
import { COLUMNS, TYPES, badge, typeMark } from './words.js';

const SHOWN = 60; // cards drawn in one column before "show more", and more by each

export function boardView(state, act) {
  const byColumn = new Map(COLUMNS.map(([id]) => [id, []]));
  for (const item of state.visibleItems()) byColumn.get(item.column)?.push(item);
  const columns = COLUMNS.filter(([id]) => state.tabs.has(id));
  return html`
    <main class="board" aria-label="Board">
      ${columns.map(([id, title]) => column(id, title, byColumn.get(id), state, act))}
      ${columns.length ? '' : html`<p class="empty">Choose a column above.</p>`}
    </main>`;
}

function column(id, title, items, state, act) {
  items.sort(byPlace);
  const limit = SHOWN * (1 + (state.more.get(id) || 0));
  const total = state.total(id, items.length);
  return html`
    <section class="column column-${id} ${items.length ? '' : 'bare'}" aria-label=${title}>
      <h2>${title} <span class="count">${total}</span></h2>
      <div class="cards">
        ${repeat(items.slice(0, limit), (i) => i.key, (i, n) => card(i, n > 0 ? items[n - 1] : null, state, act))}
        ${items.length === 0 ? html`<p class="empty">${state.filter ? 'Nothing matches.' : 'Nothing here.'}</p>` : ''}
        ${total > Math.min(limit, items.length)
          ? html`<button class="more" @click=${() => act.showMore(id)}>Show more of ${total - Math.min(limit, items.length)}</button>` : ''}
      </div>
    </section>`;
}

function card(item, before, state, act) {
  const several = state.projects.size > 1;
  const todos = item.todos || [];
  const checked = todos.filter((t) => t.checked).length;
  const labels = (item.labels || []).filter((l) => !/^(beads|import):|^importing$/.test(l));
  const classes = ['card'];
  if (state.fresh.has(item.key)) classes.push('fresh');
  if (state.open?.key === item.key) classes.push('open');
  if (state.over === item.key) classes.push('over');
  const movable = state.past === null && state.projects.get(item.project)?.writable;
  return html`
    <article class=${classes.join(' ')} draggable=${movable ? 'true' : 'false'}
      @dragstart=${(e) => { e.dataTransfer.effectAllowed = 'move'; act.drag(item); }}
      @dragover=${(e) => act.dragOver(e, item)} @dragend=${() => act.drag(null)}
      @drop=${(e) => { e.preventDefault(); act.drop(before, item); }}>
      <button class="card-button" @click=${() => act.open(item)}
        aria-label=${`${item.type in TYPES ? item.type : 'item'} ${item.ref}: ${item.name}`}>
        <span class="card-head">
          ${typeMark(item.type)}<span class="ref">#${item.ref}</span>
          ${item.priority != null && item.priority <= 1 ? html`<span class="prio prio-${item.priority}">P${item.priority}</span>` : ''}
          ${badge(item.badge)}
          ${(item.conflicts || []).length
            ? html`<span class="conflict" title=${`Concurrent edits of ${item.conflicts.join(', ')}`}>⚡ conflict</span>` : ''}
        </span>
        <span class="name">${item.name}</span>
        ${several || labels.length || todos.length || item.notes_count || item.assignee ? html`<span class="card-foot">
          ${several ? html`<span class="project">${state.projects.get(item.project)?.name || 'project'}</span>` : ''}
          ${labels.slice(0, 3).map((l) => html`<span class="label">${l}</span>`)}
          ${labels.length > 3 ? html`<span class="label">+${labels.length - 3}</span>` : ''}
          ${todos.length ? html`<span class="meta">☑ ${checked}/${todos.length}</span>` : ''}
          ${item.notes_count ? html`<span class="meta" title="notes">✎ ${item.notes_count}</span>` : ''}
          ${item.assignee ? html`<span class="who" title=${item.assignee}>${item.assignee.split('/').at(-1)}</span>` : ''}
        </span>` : ''}
      </button>
    </article>`;
}
