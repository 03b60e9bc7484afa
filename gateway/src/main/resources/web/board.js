import { html } from './lib/lit-html.js';
import { repeat } from './lib/directives/repeat.js';
import { COLUMNS, TYPES, badge, typeMark } from './words.js';

const SHOWN = 60; // cards drawn in one column before "show more"

export function boardView(state, act) {
  const cards = state.visibleItems();
  const byColumn = new Map(COLUMNS.map(([id]) => [id, []]));
  for (const item of cards) byColumn.get(item.column)?.push(item);
  const columns = COLUMNS.filter(([id]) => state.tabs.has(id));
  return html`
    <main class="board" aria-label="Board">
      ${columns.map(([id, title]) => column(id, title, byColumn.get(id), state, act))}
    </main>`;
}

function column(id, title, items, state, act) {
  items.sort(byPlace);
  const limit = state.more.has(id) ? Infinity : SHOWN;
  return html`
    <section class="column" aria-label=${title}>
      <h2>${title} <span class="count">${items.length}</span></h2>
      <div class="cards">
        ${repeat(items.slice(0, limit), (i) => i.key, (i) => card(i, state, act))}
        ${items.length === 0 ? html`<p class="empty">Nothing here.</p>` : ''}
        ${items.length > limit
          ? html`<button class="more" @click=${() => act.showAll(id)}>Show ${items.length - limit} more</button>` : ''}
      </div>
    </section>`;
}

// The order that people drag, then priority, then number: the same as the node's own board.
export function byPlace(a, b) {
  const order = (x) => x.order || '~';
  return order(a) < order(b) ? -1 : order(a) > order(b) ? 1
    : (a.priority ?? 2) - (b.priority ?? 2) || a.number - b.number || (a.key < b.key ? -1 : 1);
}

function card(item, state, act) {
  const several = state.projects.size > 1;
  const todos = item.todos || [];
  const checked = todos.filter((t) => t.checked).length;
  const labels = item.labels || [];
  const classes = ['card'];
  if (state.fresh.has(item.key)) classes.push('fresh');
  if (state.open?.key === item.key) classes.push('open');
  return html`
    <article class=${classes.join(' ')}>
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
        <span class="card-foot">
          ${several ? html`<span class="project">${state.projects.get(item.project)?.name || 'project'}</span>` : ''}
          ${labels.slice(0, 3).map((l) => html`<span class="label">${l}</span>`)}
          ${labels.length > 3 ? html`<span class="label">+${labels.length - 3}</span>` : ''}
          ${todos.length ? html`<span class="todos">☑ ${checked}/${todos.length}</span>` : ''}
          ${item.assignee ? html`<span class="who">${item.assignee}</span>` : ''}
        </span>
      </button>
    </article>`;
}
