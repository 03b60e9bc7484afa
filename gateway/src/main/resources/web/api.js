// Talks to the gateway. Everything is same-origin; the session is a cookie.

export class Refusal extends Error {
  constructor(problem, status) {
    super(problem.detail || problem.title || `The gateway answered ${status}.`);
    this.code = problem.code || String(status);
    this.problem = problem;
    this.status = status;
  }
}

async function call(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: body === undefined ? { Accept: 'application/json' }
      : { Accept: 'application/json', 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
    credentials: 'same-origin',
  });
  const text = await response.text();
  let data = {};
  try {
    data = text ? JSON.parse(text) : {};
  } catch {
    data = { title: `The gateway answered ${response.status} without JSON.` };
  }
  if (!response.ok) throw new Refusal(data, response.status);
  return data;
}

const project = (id) => `/api/v1/projects/${encodeURIComponent(id)}`;
const item = (p, id) => `${project(p)}/items/${encodeURIComponent(id)}`;

export const api = {
  projects: () => call('GET', '/api/v1/projects'),
  board: () => call('GET', '/api/v1/board'),
  items: (p, column, cursor) => call('GET',
    `${project(p)}/items?limit=500&column=${column}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`),
  search: (q) => call('GET', `/api/v1/items?limit=500&q=${encodeURIComponent(q)}`),
  boardAt: (id, at) => call('GET', `${project(id)}/board?at=${encodeURIComponent(at)}`),
  item: (p, id) => call('GET', item(p, id)),
  history: (p, id) => call('GET', `${item(p, id)}/history`),
  conflicts: (p, id) => call('GET', `${item(p, id)}/conflicts`),
  settle: (p, id, field, choice) => call('POST', `${item(p, id)}/settle`, { field, choice }),
  move: (p, id, event, reason, seen) => call('POST', `${item(p, id)}/events`, { event, ...(reason ? { reason } : {}), seen }),
  edit: (p, id, fields) => call('PATCH', item(p, id), fields),
  check: (p, id, todo, checked) => call('POST', `${item(p, id)}/check`, { todo, checked }),
  note: (p, id, text) => call('POST', `${item(p, id)}/notes`, { text }),
  members: (p) => call('GET', `${project(p)}/members`),
  forks: (p) => call('GET', `${project(p)}/forks`),
  create: (p, fields) => call('POST', `${project(p)}/items`, { ...fields, origin: { kind: 'user', id: 'page' } }),
};

/**
 * Live changes of all projects from a cursor on, so that none between reading and listening is missed.
 * The browser resumes by the last id on its own; after `resync`, or a refusal, everything is read anew,
 * until that succeeds: to listen without having read would lose what came in between.
 */
export function live({ onChange, onProject, onState, onResync }) {
  let source;
  let retry = 500;
  const begin = async () => {
    const cursor = await onResync();
    if (cursor === null) again();
    else open(cursor);
  };
  const again = () => {
    source?.close();
    onState('offline');
    setTimeout(begin, retry);
    retry = Math.min(retry * 2, 8000);
  };
  const open = (cursor) => {
    source = new EventSource(`/api/v1/events?since=${encodeURIComponent(cursor)}`);
    source.onopen = () => { retry = 500; onState('live'); };
    source.addEventListener('change', (e) => onChange(JSON.parse(e.data)));
    source.addEventListener('project', (e) => onProject(JSON.parse(e.data)));
    source.addEventListener('resync', again);
    source.onerror = () => {
      onState('offline');
      if (source.readyState === EventSource.CLOSED) again();
    };
  };
  return begin;
}
