import { html, render } from './lib/lit-html.js';
import { api, live, Refusal } from './api.js';
import { boardView } from './board.js';
import { itemView } from './item.js';
import { COLUMNS, actorName, age } from './words.js';

const FEED = 40; // live changes kept on the page
const FRESH_MS = 2500;

const state = {
  projects: new Map(), items: new Map(), feed: [], tabs: new Set(['backlog', 'coding', 'qa', 'merge', 'done']),
  more: new Set(), fresh: new Set(), filter: '', only: null, connection: 'starting', open: null, error: null, feedOpen: false,
  visibleItems() {
    const q = this.filter.trim().toLowerCase();
    return [...this.items.values()].filter((i) => (!this.only || i.project === this.only)
      && (!q || i.name.toLowerCase().includes(q) || String(i.ref) === q.replace('#', '')
        || (i.labels || []).some((l) => l.toLowerCase().includes(q)) || (i.assignee || '').toLowerCase().includes(q)));
  },
};

const root = document.getElementById('app');
let drawn = false;

// Many changes in one burst are one repaint.
function draw() {
  if (drawn) return;
  drawn = true;
  requestAnimationFrame(() => { drawn = false; render(page(), root); });
}

const act = {
  open: (item) => openItem(item.project, item.id, item.key),
  close: () => { state.open = null; draw(); },
  showAll: (column) => { state.more.add(column); draw(); },
  move: (event) => change((o) => {
    const needsReason = ['block', 'reject', 'abandon'].includes(event);
    const reason = needsReason ? window.prompt(`Why ${event}?`) : '';
    if (reason === null) return null;
    return api.move(o.project, o.id, event, reason, o.item.version);
  }),
  settle: (field, choice) => change((o) => api.settle(o.project, o.id, field, choice)),
  note: (text) => change((o) => api.note(o.project, o.id, text)),
};

async function change(what) {
  const open = state.open;
  try {
    const done = what(open);
    if (done === null) return;
    await done;
    open.error = null;
  } catch (e) {
    open.error = e instanceof Refusal ? e.message : `The gateway cannot be reached: ${e.message}`;
  }
  await refreshOpen(open);
}

async function openItem(project, id, key) {
  state.open = { project, id, key, item: null, error: null };
  draw();
  await refreshOpen(state.open);
}

async function refreshOpen(open) {
  try {
    const [item, history, conflicts] = await Promise.all([
      api.item(open.project, open.id), api.history(open.project, open.id), api.conflicts(open.project, open.id)]);
    Object.assign(open, { item, history, conflicts });
    put(open.project, item);
  } catch (e) {
    open.error = e.message;
  }
  draw();
}

function put(project, item) {
  const key = `${project}/${item.id}`;
  state.items.set(key, { ...item, project, key });
  return key;
}

async function readAll() {
  try {
    const [projects, board] = await Promise.all([api.projects(), api.board()]);
    state.projects = new Map(projects.projects.map((p) => [p.id, { ...p, readAt: Date.now() }]));
    state.items = new Map();
    for (const column of board.columns) for (const item of column.items) put(item.project, item);
    state.error = null;
  } catch (e) {
    state.error = e.status === 401
      ? 'You are not signed in. Run "musher up" and open the link that it prints.' : e.message;
  }
  draw();
}

function onChange(e) {
  for (const i of e.items || []) {
    const key = `${e.project}/${i.id}`;
    if (i.card) {
      put(e.project, i.card);
      state.fresh.add(key);
      setTimeout(() => { state.fresh.delete(key); draw(); }, FRESH_MS);
    } else {
      state.items.delete(key);
    }
    if (state.open?.key === key) refreshOpen(state.open);
  }
  state.feed.unshift(e);
  state.feed.length = Math.min(state.feed.length, FEED);
  draw();
}

function onProject(p) {
  state.projects.set(p.id, { ...p, readAt: Date.now() });
  draw();
}

function page() {
  return html`
    <header class="top">
      <span class="brand"><img src="/web/icon.svg" alt="" width="24" height="24"> Musher</span>
      <nav class="projects" aria-label="Projects">
        ${state.projects.size > 1 ? html`<button class=${state.only ? '' : 'on'} @click=${() => { state.only = null; draw(); }}>All</button>` : ''}
        ${[...state.projects.values()].map(projectTab)}
      </nav>
      <input type="search" placeholder="Filter" aria-label="Filter" .value=${state.filter}
        @input=${(e) => { state.filter = e.target.value; draw(); }}>
      <button class="feed-toggle ${state.feedOpen ? 'on' : ''}" @click=${() => { state.feedOpen = !state.feedOpen; draw(); }}>Live</button>
      <span class="connection ${state.connection}" role="status">${state.connection}</span>
    </header>
    <nav class="tabs" aria-label="Columns">
      ${COLUMNS.map(([id, title]) => html`<button class=${state.tabs.has(id) ? 'on' : ''}
        aria-pressed=${state.tabs.has(id)} @click=${() => toggleTab(id)}>${title} ${count(id)}</button>`)}
    </nav>
    ${state.error ? html`<p class="error" role="alert">${state.error}</p>` : ''}
    <div class="main">
      ${boardView(state, act)}
      ${state.feedOpen ? feed() : ''}
      ${itemView(state, act)}
    </div>`;
}

function projectTab(p) {
  const old = p.stale ? html`<span class="stale" title="No node of this project answers; this is the last known state.">stale ${age((p.age_ms || 0) + Date.now() - p.readAt)}</span>` : '';
  return html`<button class=${state.only === p.id ? 'on' : ''} @click=${() => { state.only = state.only === p.id ? null : p.id; draw(); }}>
    ${p.name} ${old}</button>`;
}

const count = (column) => {
  let n = 0;
  for (const i of state.items.values()) if (i.column === column && (!state.only || i.project === state.only)) n++;
  return html`<span class="count">${n}</span>`;
};

function toggleTab(id) {
  if (state.tabs.has(id)) state.tabs.delete(id); else state.tabs.add(id);
  draw();
}

function feed() {
  return html`
    <aside class="feed" aria-label="Live changes" aria-live="polite">
      <h2>Live changes</h2>
      ${state.feed.length ? '' : html`<p class="empty">Waiting for the next change…</p>`}
      <ol>${state.feed.map((e) => html`<li>
        <span class="by">${actorName(e.actor)} · ${new Date(e.at).toLocaleTimeString()}</span>
        ${(e.text || []).map((t) => html`<span class="what">${t}</span>`)}</li>`)}</ol>
    </aside>`;
}

readAll().then(() => live({
  onChange, onProject, onResync: readAll,
  onState: (s) => { state.connection = s; draw(); },
}));
setInterval(draw, 10_000); // ages grow without events
