import { html, render } from './lib/lit-html.js';
import { api, live, Refusal } from './api.js';
import { boardView } from './board.js';
import { devicesView, readDevices } from './devices.js';
import { itemView } from './item.js';
import { between, orderKey } from './order.js';
import { COLUMNS, actorName, age } from './words.js';

const FEED = 60; // live changes kept on the page
const FRESH_MS = 2500;

const state = {
  projects: new Map(), items: new Map(), feed: [], tabs: new Set(['backlog', 'coding', 'qa', 'merge', 'done']),
  more: new Map(), pages: new Map(), fresh: new Set(), filter: '', only: null, connection: 'starting', ready: false, open: null, error: null,
  feedOpen: window.innerWidth > 1200, making: null, devices: null, past: null, dragged: null, over: null,
  visibleItems() {
    const q = this.filter.trim().toLowerCase();
    return [...(this.past ? this.past.items : this.items).values()].filter((i) => (!this.only || i.project === this.only)
      && (!q || i.name.toLowerCase().includes(q) || String(i.ref) === q.replace('#', '')
        || (i.labels || []).some((l) => l.toLowerCase().includes(q)) || (i.assignee || '').toLowerCase().includes(q)
        || (q === 'conflict' && (i.conflicts || []).length > 0)));
  },
  // The board brings the first items of each column; of the rest the projects tell the number.
  total(column, found) {
    if (this.past || this.filter.trim()) return found;
    return found + shown().reduce((sum, p) => sum + missing(p, column), 0);
  },
};

const shown = () => [...state.projects.values()].filter((p) => !state.only || p.id === state.only);

function missing(p, column) {
  if (p.whole) return 0;
  return Math.max(0, (p.counts?.[column] || 0) - (here.get(`${p.id}/${column}`) || 0));
}

let here = new Map(); // items here, by project and column; counted once for each repaint

function recount() {
  here = new Map();
  for (const i of state.items.values()) {
    const at = `${i.project}/${i.column}`;
    here.set(at, (here.get(at) || 0) + 1);
  }
}

const root = document.getElementById('app');
root.replaceChildren(); // what stood there until now said that this is loading
let drawn = false;

// Many changes in one burst are one repaint.
function draw() {
  if (drawn) return;
  drawn = true;
  requestAnimationFrame(() => { drawn = false; recount(); render(page(), root); });
}

const act = {
  open: (item) => openItem(item.project, item.id, item.key),
  close: () => { state.open = null; draw(); },
  async showMore(column) {
    state.more.set(column, (state.more.get(column) || 0) + 1);
    draw();
    try {
      await Promise.all(shown().filter((p) => missing(p, column) > 0).map((p) => loadMore(p.id, column)));
    } catch (e) {
      state.error = explained(e);
    }
    draw();
  },
  ask: (event) => { state.open.asking = event; draw(); },
  move: (event, reason) => change((o) => api.move(o.project, o.id, event, reason, o.item.version)),
  settle: (field, choice) => change((o) => api.settle(o.project, o.id, field, choice)),
  check: (todo, checked) => change((o) => api.check(o.project, o.id, todo, checked)),
  note: (text) => change((o) => api.note(o.project, o.id, text)),
  drag: (item) => { state.dragged = item; state.over = null; draw(); },
  dragOver(e, item) {
    const { dragged } = state;
    if (!dragged || dragged.project !== item.project || dragged.column !== item.column) return;
    e.preventDefault();
    if (state.over !== item.key) { state.over = item.key; draw(); }
  },
  // An order means something within one project only: the neighbour above may be of another.
  async drop(before, item) {
    const { dragged } = state;
    act.drag(null);
    if (!dragged || dragged.key === item.key || dragged.project !== item.project || dragged.column !== item.column) return;
    const order = between(before ? orderKey(before) : null, orderKey(item));
    try {
      await api.edit(dragged.project, dragged.id, { order });
      put(dragged.project, { ...dragged, order });
    } catch (e) {
      state.error = explained(e);
    }
    draw();
  },
};

const explained = (e) => (e instanceof Refusal ? e.message : `The gateway cannot be reached: ${e.message}`);

async function change(what) {
  const open = state.open;
  try {
    await what(open);
    open.error = null;
    open.asking = null;
  } catch (e) {
    open.error = explained(e);
  }
  await refreshOpen(open);
}

async function openItem(project, id, key) {
  state.open = { project, id, key, item: null, error: null, asking: null };
  state.making = null;
  draw();
  await refreshOpen(state.open);
  document.querySelector('.drawer')?.focus();
}

async function refreshOpen(open) {
  try {
    const [item, history, conflicts] = await Promise.all([
      api.item(open.project, open.id), api.history(open.project, open.id), api.conflicts(open.project, open.id)]);
    Object.assign(open, { item, history, conflicts });
    put(open.project, item);
  } catch (e) {
    open.error = explained(e);
  }
  draw();
}

function put(project, item) {
  const key = `${project}/${item.id}`;
  state.items.set(key, { ...item, project, key });
  return key;
}

async function loadMore(project, column) {
  const at = `${project}/${column}`;
  if (state.pages.get(at) === null) return;
  const page = await api.items(project, column, state.pages.get(at));
  for (const item of page.items) put(project, item);
  state.pages.set(at, page.next ?? null);
}

let searching = null;

// What is not here yet may match as well.
function search() {
  clearTimeout(searching);
  const q = state.filter.trim();
  if (!q || shown().every((p) => p.whole)) return;
  searching = setTimeout(async () => {
    try {
      const found = await api.search(q);
      for (const item of found.items) put(item.project, item);
    } catch (e) {
      state.error = explained(e);
    }
    draw();
  }, 300);
}

/** Reads the first items of every column; answers the cursor from which the changes go on, null where it could not. */
async function readAll() {
  let cursor = null;
  try {
    const [projects, board] = await Promise.all([api.projects(), api.board()]);
    state.projects = new Map(projects.projects.map((p) => [p.id, { ...p, readAt: Date.now() }]));
    state.items = new Map();
    state.pages = new Map();
    for (const column of board.columns) for (const item of column.items) put(item.project, item);
    recount();
    for (const p of state.projects.values()) p.whole = COLUMNS.every(([column]) => missing(p, column) === 0);
    if (state.only && !state.projects.has(state.only)) state.only = null;
    state.error = null;
    cursor = board.cursor;
  } catch (e) {
    state.error = e.status === 401
      ? 'You are not signed in. Run "musher up" and open the link that it prints; it works once.' : explained(e);
  }
  state.ready = true;
  draw();
  return cursor;
}

let rereading = null;

// A change of rights may change items that it does not name.
function readAgain() {
  rereading ??= setTimeout(async () => {
    rereading = null;
    if (await readAll() === null) setTimeout(readAgain, 2_000);
  }, 300);
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
  if (e.access || !state.projects.has(e.project)) readAgain();
  state.feed.unshift(e);
  state.feed.length = Math.min(state.feed.length, FEED);
  draw();
}

function onProject(p) {
  // Its changes so far are not told one by one, nor what settling altered.
  const before = state.projects.get(p.id);
  if (p.added || !before || before.settling) readAgain();
  state.projects.set(p.id, { ...p, readAt: Date.now(), whole: before?.whole ?? true });
  draw();
}

async function showPast(text) {
  if (!text) {
    state.past = null;
    draw();
    return;
  }
  const at = new Date(text);
  try {
    const ids = state.only ? [state.only] : [...state.projects.keys()];
    const boards = await Promise.all(ids.map((id) => api.boardAt(id, at.toISOString())));
    const items = new Map();
    boards.forEach((board, n) => {
      for (const column of board.columns) {
        for (const item of column.items) {
          const key = `${ids[n]}/${item.id}`;
          items.set(key, { ...item, project: ids[n], key });
        }
      }
    });
    state.past = { at, text, items };
    state.error = null;
  } catch (e) {
    state.error = explained(e);
  }
  draw();
}

async function make(e) {
  e.preventDefault();
  const form = e.target;
  try {
    const done = await api.create(form.project.value, { type: form.type.value, name: form.name.value });
    await openItem(form.project.value, done.id, `${form.project.value}/${done.id}`);
  } catch (problem) {
    state.making = { error: explained(problem) };
    draw();
  }
}

function page() {
  const writable = [...state.projects.values()].filter((p) => p.writable);
  return html`
    <header class="top">
      <span class="brand"><img src="/web/icon.svg" alt="" width="26" height="26"> Musher</span>
      <nav class="projects" aria-label="Projects">
        ${state.projects.size > 1 ? html`<button class="chip ${state.only ? '' : 'on'}" aria-pressed=${!state.only}
          @click=${() => { state.only = null; draw(); }}>All projects</button>` : ''}
        ${[...state.projects.values()].map(projectTab)}
      </nav>
      ${writable.length ? html`<button class="primary" @click=${() => { state.making = state.making ? null : {}; state.open = null; draw(); }}>New item</button>` : ''}
      <span class="connection ${state.connection}" role="status">${state.connection}</span>
    </header>
    <div class="bar">
      <nav class="tabs" aria-label="Columns">
        ${COLUMNS.map(([id, title]) => html`<button class=${state.tabs.has(id) ? 'on' : ''}
          aria-pressed=${state.tabs.has(id)} @click=${() => toggleTab(id)}>${title} ${count(id)}</button>`)}
      </nav>
      <input type="search" class="filter" placeholder="Filter: text, #12, label" aria-label="Filter" .value=${state.filter}
        @input=${(e) => { state.filter = e.target.value; search(); draw(); }}>
      <label class="moment" title="The board as it was">At
        <input type="datetime-local" aria-label="Show the board at" .value=${state.past?.text || ''} @change=${(e) => showPast(e.target.value)}></label>
      <button class="feed-toggle ${state.devices ? 'on' : ''}" aria-pressed=${!!state.devices} @click=${showDevices}>Devices</button>
      <button class="feed-toggle ${state.feedOpen ? 'on' : ''}" aria-pressed=${state.feedOpen}
        @click=${() => { state.feedOpen = !state.feedOpen; draw(); }}>Live changes</button>
    </div>
    ${state.past ? html`<p class="past" role="status">The board as it was at ${state.past.at.toLocaleString()}, by the clocks of those who wrote.
      <button @click=${() => showPast('')}>Back to now</button></p>` : ''}
    ${state.error ? html`<p class="error" role="alert">${state.error}</p>` : ''}
    ${shown().filter((p) => (p.problems || []).length).map((p) => html`<div class="error trouble" role="alert"><b>${p.name}</b>
      ${p.problems.map((text) => html`<p>${text}</p>`)}</div>`)}
    <div class="main">
      ${!state.ready ? html`<p class="boot">Loading the board…</p>`
        : state.projects.size === 0 && !state.error ? nothingYet() : boardView(state, act)}
      ${state.feedOpen && !state.open ? feed() : ''}
      ${state.making ? newItem(writable) : state.devices && !state.open ? devicesView(state.devices, hideDevices) : itemView(state, act)}
    </div>`;
}

async function showDevices() {
  if (state.devices) { hideDevices(); return; }
  state.open = null;
  state.making = null;
  state.devices = [];
  draw();
  const found = await readDevices(shown());
  if (state.devices) state.devices = found;
  draw();
}

function hideDevices() {
  state.devices = null;
  draw();
}

const nothingYet = () => html`
  <section class="welcome"><h2>No project yet</h2>
    <p>Run <code>musher up</code> in a git repository: its project appears here by itself.</p>
    <p>To see one from elsewhere, get a link by <code>musher invite --role reader</code> there, then run
      <code>musher gateway add LINK</code> here.</p></section>`;

const newItem = (projects) => html`
  <aside class="drawer" role="dialog" aria-label="New item">
    <header><b>New item</b><button class="close" aria-label="Close" @click=${() => { state.making = null; draw(); }}>×</button></header>
    ${state.making.error ? html`<p class="error" role="alert">${state.making.error}</p>` : ''}
    <form class="drawer-body new-form" @submit=${make}>
      <label>Name <input name="name" required maxlength="300" autofocus></label>
      <label>Type <select name="type">${['story', 'bug', 'spike', 'refactor', 'epic'].map((t) => html`<option>${t}</option>`)}</select></label>
      <label>Project <select name="project">${projects.map((p) => html`<option value=${p.id} ?selected=${p.id === state.only}>${p.name}</option>`)}</select></label>
      <button class="primary">Make it</button>
    </form>
  </aside>`;

function projectTab(p) {
  const old = age((p.age_ms || 0) + Date.now() - p.readAt);
  const trouble = (p.problems || []).join('\n');
  const title = trouble ? trouble : p.state === 'joining' ? 'Waits to be let in by the node that made the link.'
    : p.stale ? `No node of this project answers; this is what was known ${old} ago.`
      : `${p.items} items, ${p.peers} connected; ${p.writable ? 'you can change it here' : 'read-only here'}`;
  return html`<button class="chip ${state.only === p.id ? 'on' : ''}" title=${title} aria-pressed=${state.only === p.id}
    @click=${() => { state.only = state.only === p.id ? null : p.id; draw(); }}>
    <span class="dot ${trouble ? 'bad' : p.stale ? 'old' : p.peers ? 'good' : ''}"></span>${p.name}
    ${p.stale ? html`<span class="stale">stale ${old}</span>` : ''}
    ${p.writable ? '' : html`<span class="lock">${p.state === 'joining' ? 'joining' : 'read-only'}</span>`}</button>`;
}

const count = (column) => {
  let n = 0;
  const items = state.past ? state.past.items : state.items;
  for (const i of items.values()) if (i.column === column && (!state.only || i.project === state.only)) n++;
  return html`<span class="count">${state.past ? n : n + shown().reduce((sum, p) => sum + missing(p, column), 0)}</span>`;
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
      <ol>${state.feed.map(feedEntry)}</ol>
    </aside>`;
}

function feedEntry(e) {
  const cards = (e.items || []).filter((i) => i.card);
  const name = cards.length === 1 ? cards[0].card.name : '';
  const open = () => cards.length && openItem(e.project, cards[0].id, `${e.project}/${cards[0].id}`);
  return html`<li><button class="entry" @click=${open}>
    <span class="by">${actorName(e.actor)} · ${new Date(e.at).toLocaleTimeString()}</span>
    ${(e.text || []).slice(0, 4).map((t) => html`<span class="what">${t}</span>`)}
    ${(e.text || []).length > 4 ? html`<span class="by">and ${e.text.length - 4} more</span>` : ''}
    ${name ? html`<span class="subject">${name}</span>` : ''}</button></li>`;
}

document.addEventListener('keydown', (e) => {
  if (e.key === 'Escape' && (state.open || state.making)) {
    state.open = null;
    state.making = null;
    draw();
  } else if (e.key === '/' && !['INPUT', 'TEXTAREA', 'SELECT'].includes(document.activeElement?.tagName)) {
    e.preventDefault();
    document.querySelector('.filter')?.focus();
  }
});

const listen = live({
  onChange, onProject, onResync: readAll,
  onState: (s) => { state.connection = s; draw(); },
});
listen();
setInterval(draw, 5_000); // ages grow without events
