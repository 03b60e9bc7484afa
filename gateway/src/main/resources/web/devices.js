// Who takes part in the projects shown: devices with role, those that were revoked, and forks.
import { html } from './lib/lit-html.js';
import { api } from './api.js';
import { when } from './words.js';

export async function readDevices(projects) {
  return Promise.all(projects.map(async (project) => {
    try {
      const [members, forks] = await Promise.all([api.members(project.id), api.forks(project.id)]);
      return { project, members: members.members, forks: forks.forks };
    } catch (problem) {
      return { project, members: [], forks: [], error: problem.message };
    }
  }));
}

const FORK = {
  open: 'wrote two histories under one number; both count until somebody settles it',
  overfull: 'wrote more histories than an epoch may have: from the fork on nothing counts',
  grew: 'wrote more after its fork was settled; that does not count',
  settled: 'wrote two histories under one number; settled',
  revoked: 'wrote two histories under one number; revoked',
};

export const devicesView = (list, close) => html`
  <aside class="drawer" role="dialog" aria-label="Devices" tabindex="-1">
    <header><b>Devices</b><button class="close" @click=${close} aria-label="Close">×</button></header>
    <div class="drawer-body">${list.length ? list.map(ofProject) : html`<p class="hint">Loading…</p>`}</div>
  </aside>`;

const ofProject = ({ project, members, forks, error }) => html`
  <h2>${project.name}</h2>
  ${error ? html`<p class="error" role="alert">${error}</p>` : ''}
  ${forks.map((f) => html`<p class=${f.state === 'settled' || f.state === 'revoked' ? 'hint' : 'error'}>
    <b>${f.label}</b> ${FORK[f.state] || f.state} (number ${f.seq}, ${f.branches} histories).
    ${f.state === 'settled' || f.state === 'revoked' ? '' : html`<code>musher forks settle</code> lets them count, <code>musher revoke</code> ends the key.`}</p>`)}
  <ul class="devices">${members.map(device)}</ul>`;

const device = (m) => html`<li class=${m.cut ? 'revoked' : ''}>
  <b>${m.label || m.short}</b> <span class="hint">${m.role} · ${m.short}${m.self ? ' · this gateway' : ''}</span>
  ${m.revoked?.replaced_by ? html`<p class="hint">Goes on with the key ${m.revoked.replaced_by.slice(0, 10)} since ${when(m.revoked.at)}.</p>`
    : m.revoked ? html`<p class="error">Revoked by ${m.revoked.user} ${m.revoked.by_seniority === 0 ? 'with the' : 'on'} ${m.revoked.by_label}, ${when(m.revoked.at)}: nothing it writes counts any more.</p>`
    : html`<p class="hint">${m.seniority === 0 ? 'Kept offline, senior to all.' : m.last ? `Last change seen: ${when(m.last)}` : 'No change seen since the start.'}
      ${m.expires ? ` Ends ${when(m.expires)}.` : ''}</p>`}</li>`;
