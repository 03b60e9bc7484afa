import { html } from './lib/lit-html.js';
import { actorName, badge, eventLabel, nextEvents, typeMark, when } from './words.js';

export function itemView(state, act) {
  const { open } = state;
  if (!open) return '';
  const item = open.item;
  const writable = state.projects.get(open.project)?.writable;
  return html`
    <aside class="drawer" role="dialog" aria-label="Item" @keydown=${(e) => e.key === 'Escape' && act.close()}>
      <header>
        ${item ? html`${typeMark(item.type)}<span class="ref">#${item.ref}</span>
          <span class="stage">${item.stage}</span>${badge(item.badge)}` : html`<span class="ref">Loading…</span>`}
        <button class="close" @click=${act.close} aria-label="Close">×</button>
      </header>
      ${open.error ? html`<p class="error" role="alert">${open.error}</p>` : ''}
      ${item ? content(item, open, writable, act) : ''}
    </aside>`;
}

function content(item, open, writable, act) {
  return html`
    <div class="drawer-body">
      <h2>${item.name}</h2>
      ${conflicts(open, writable, act)}
      ${writable ? html`<div class="actions">
        ${nextEvents(item.stage).map((e) => html`<button @click=${() => act.move(e)}>${eventLabel(e)}</button>`)}
      </div>` : html`<p class="hint">This gateway only reads this project.</p>`}
      ${facts(item)}
      ${item.body ? html`<pre class="body">${item.body}</pre>` : html`<p class="hint">No description.</p>`}
      ${todos(item)}
      ${notes(item, writable, act)}
      ${history(open)}
    </div>`;
}

function conflicts(open, writable, act) {
  const list = open.conflicts?.conflicts || [];
  return list.map((c) => html`
    <section class="conflicts" aria-label=${`Conflict in ${c.field}`}>
      <h3>⚡ Concurrent edits of ${c.field}</h3>
      <p class="hint">Both were made without knowing of the other. One is shown; nothing is lost until you choose.</p>
      ${[{ ...c.shown, now: true }, ...c.others].map((v) => html`
        <div class="choice ${v.now ? 'shown' : ''}">
          <div><span class="value">${valueText(v.value)}</span>
            <span class="by">${v.now ? 'shown now · ' : ''}${byText(v)}</span></div>
          ${writable ? html`<button @click=${() => act.settle(c.field, v.change)}>Keep this</button>` : ''}
        </div>`)}
    </section>`);
}

const byText = (v) => [typeof v.by === 'string' ? v.by : actorName(v.by), v.at ? when(v.at) : ''].filter(Boolean).join(', ');

const valueText = (value) =>
  value === null || value === undefined || value === '' ? '(empty)' : typeof value === 'object' ? JSON.stringify(value) : String(value);

function facts(item) {
  const rows = [
    ['Type', item.type], ['Priority', item.priority], ['Assignee', item.assignee], ['Agent', item.agent],
    ['Epic', item.epic && (item.epic.ref ? `#${item.epic.ref} ${item.epic.name || ''}` : item.epic)],
    ['Depends on', (item.depends_on || []).map((d) => (d.ref ? `#${d.ref}` : d)).join(', ')],
    ['Labels', (item.labels || []).join(', ')],
    ['Origin', item.origin && (item.origin.id ? `${item.origin.kind} ${item.origin.id}` : item.origin)],
    ['Reason', item.reason || item.stage_details?.reason], ['Id', item.id],
  ].filter(([, v]) => v !== undefined && v !== null && v !== '');
  return html`<dl class="facts">${rows.map(([k, v]) => html`<dt>${k}</dt><dd>${String(v)}</dd>`)}</dl>`;
}

function todos(item) {
  if (!(item.todos || []).length) return '';
  return html`<h3>Todos</h3><ul class="todo-list">
    ${item.todos.map((t) => html`<li class=${t.checked ? 'checked' : ''}>${t.checked ? '☑' : '☐'} ${t.text}</li>`)}</ul>`;
}

function notes(item, writable, act) {
  const list = Array.isArray(item.notes) ? item.notes : [];
  return html`
    ${list.length ? html`<h3>Notes</h3>` : ''}
    ${list.map((n) => html`<div class="note"><pre>${n.text}</pre><span class="by">${byText(n)}</span></div>`)}
    ${writable ? html`
      <form class="note-form" @submit=${(e) => { e.preventDefault(); act.note(e.target.text.value); e.target.reset(); }}>
        <textarea name="text" rows="2" required placeholder="Add a note" aria-label="Add a note"></textarea>
        <button>Add note</button>
      </form>` : ''}`;
}

function history(open) {
  const list = open.history?.history || [];
  if (!list.length) return '';
  return html`<h3>History</h3>
    <ol class="history">${list.map((h) => html`
      <li class=${h.void ? 'void' : ''}>
        <span class="what">${h.text || h.op}</span>
        <span class="by">${byText(h)}${h.void ? ` · void: ${h.void}` : ''}</span>
      </li>`)}</ol>`;
}
