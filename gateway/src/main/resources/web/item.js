import { html } from './lib/lit-html.js';
import { ASK_WHY, FORWARD, actorName, badge, eventLabel, nextEvents, stageLabel, typeMark, when } from './words.js';

export function itemView(state, act) {
  const { open } = state;
  if (!open) return '';
  const item = open.item;
  const project = state.projects.get(open.project);
  return html`
    <aside class="drawer" role="dialog" aria-label="Item" tabindex="-1">
      <header>
        ${item ? html`${typeMark(item.type)}<span class="ref">#${item.ref}</span>
          <span class="stage">${stageLabel(item.stage)}</span>${badge(item.badge)}`
          : html`<span class="ref">${open.error ? 'Not shown' : 'Loading…'}</span>`}
        <button class="close" @click=${act.close} aria-label="Close">×</button>
      </header>
      ${open.error ? html`<p class="error" role="alert">${open.error}</p>` : ''}
      ${item ? content(item, open, project, act) : ''}
    </aside>`;
}

function content(item, open, project, act) {
  const writable = project?.writable;
  return html`
    <div class="drawer-body">
      <h2>${item.name}</h2>
      ${conflicts(open, writable, act)}
      ${writable ? actions(item, open, act)
        : html`<p class="hint readonly">Read-only: this gateway is a ${project?.role || 'guest'} of ${project?.name || 'the project'}. An owner can give it another role.</p>`}
      ${facts(item)}
      ${item.body ? html`<h3>Description</h3><pre class="body">${item.body}</pre>` : html`<p class="hint">No description.</p>`}
      ${todos(item, writable, act)}
      ${notes(item, writable, act)}
      ${history(open)}
    </div>`;
}

function actions(item, open, act) {
  const events = nextEvents(item);
  const main = events.filter((e) => FORWARD.has(e));
  const others = events.filter((e) => !FORWARD.has(e));
  return html`
    <div class="actions">
      ${main.map((e, n) => html`<button class=${n === 0 ? 'primary' : ''} @click=${() => act.move(e)}>${eventLabel(e)}</button>`)}
      ${others.map((e) => html`<button class="quiet ${open.asking === e ? 'on' : ''}"
        @click=${() => (ASK_WHY.has(e) ? act.ask(e) : act.move(e))}>${eventLabel(e)}</button>`)}
    </div>
    ${open.asking ? html`
      <form class="why" @submit=${(e) => { e.preventDefault(); act.move(open.asking, e.target.reason.value); }}>
        <input name="reason" required maxlength="1000" placeholder=${`Why ${open.asking}?`} aria-label="Reason">
        <button class="primary">${eventLabel(open.asking)}</button>
        <button type="button" class="quiet" @click=${() => act.ask(null)}>Cancel</button>
      </form>` : ''}`;
}

function conflicts(open, writable, act) {
  const list = open.conflicts?.conflicts || [];
  return list.map((c) => html`
    <section class="conflicts" aria-label=${`Conflict in ${c.field}`}>
      <h3>⚡ Concurrent edits of ${c.field}</h3>
      <p class="hint">Neither knew of the other. One is shown; nothing is lost until you choose.</p>
      ${[{ ...c.shown, now: true }, ...c.others].map((v) => html`
        <div class="choice ${v.now ? 'now' : ''}">
          <div><span class="value">${valueText(v.value)}</span>
            <span class="by">${v.now ? html`<b>shown now</b> · ` : ''}${byText(v)}</span></div>
          ${writable ? html`<button @click=${() => act.settle(c.field, v.change)}>Keep this</button>` : ''}
        </div>`)}
    </section>`);
}

const byText = (v) => [actorName(v.by), v.at ? when(v.at) : ''].filter(Boolean).join(' · ');

function valueText(value) {
  if (value === null || value === undefined || value === '') return '(empty)';
  return typeof value === 'object' ? named(value) : String(value);
}

const named = (other) => `#${other.ref} ${other.name || ''}`.trim();

function facts(item) {
  const details = item.stage_details || {};
  const rows = [
    ['Priority', item.priority], ['Assignee', item.assignee], ['Agent', item.agent], ['Type', item.type],
    ['Epic', item.epic && named(item.epic)],
    ['Depends on', (item.depends_on || []).map(named).join(', ')],
    ['Labels', (item.labels || []).join(', ')],
    ['Reason', details.reason], ['Merged', details.merged_at && when(details.merged_at)],
    ['Origin', item.origin && (item.origin.id ? `${item.origin.kind} ${item.origin.id}` : item.origin)],
    ['Created', item.created && `${when(item.created)} by ${actorName(item.created_by)}`], ['Id', item.id],
  ].filter(([, v]) => v !== undefined && v !== null && v !== '');
  return html`<dl class="facts">${rows.map(([k, v]) => html`<dt>${k}</dt><dd>${String(v)}</dd>`)}</dl>`;
}

function todos(item, writable, act) {
  if (!(item.todos || []).length) return '';
  return html`<h3>Todos</h3><ul class="todo-list">
    ${item.todos.map((t) => html`<li class=${t.checked ? 'checked' : ''}><label>
      <input type="checkbox" .checked=${t.checked} ?disabled=${!writable} @change=${(e) => act.check(t.text, e.target.checked)}>
      ${t.text}</label></li>`)}</ul>`;
}

function notes(item, writable, act) {
  const list = item.notes || [];
  return html`
    <h3>Notes <span class="count">${list.length || ''}</span></h3>
    ${list.map((n) => html`<div class="note"><pre>${n.text}</pre><span class="by">${byText(n)}${n.edited ? ' · edited' : ''}</span></div>`)}
    ${writable ? html`
      <form class="note-form" @submit=${(e) => { e.preventDefault(); act.note(e.target.text.value); e.target.reset(); }}>
        <textarea name="text" rows="2" required placeholder="Add a note" aria-label="Add a note"></textarea>
        <button>Add note</button>
      </form>` : list.length ? '' : html`<p class="hint">None yet.</p>`}`;
}

function history(open) {
  const list = [...(open.history?.history || [])].reverse();
  if (!list.length) return '';
  return html`<h3>History <span class="count">${list.length}</span></h3>
    <ol class="history">${list.map((h) => html`
      <li class=${h.void ? 'void' : ''}>
        <span class="what">${h.text || h.op}${h.stage ? html` <span class="to">→ ${stageLabel(h.stage)}</span>` : ''}</span>
        <span class="by">${byText(h)}${h.void ? ` · does not count: ${h.void.replaceAll('_', ' ')}` : ''}</span>
      </li>`)}</ol>`;
}
