// Improves, never carries: every task works without it. All words are in the page, in <template>s.
const { user, expires, error } = document.body.dataset;
const DAY = 86400000;
const template = (id) => document.getElementById(id)?.content.firstElementChild.cloneNode(true);
const drafts = () => Object.keys(localStorage).filter((name) => name.startsWith("draft:"));
const read = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
const key = (form) => `draft:${user}:${location.pathname}:${form.dataset.draft}`;
const forms = user ? [...document.querySelectorAll("form[data-draft]")] : [];

// A draft is of one person and one form, and of today. It goes when the next page shows that it was sent: not when the
// form came back with errors, not when the login had ended, not when the server failed.
for (const name of drafts()) {
  if ((user && !name.startsWith(`draft:${user}:`)) || !(read(name)?.at > Date.now() - DAY)) localStorage.removeItem(name);
}
const sent = sessionStorage.getItem("sent");
sessionStorage.removeItem("sent");
if (sent && user && !error && !forms.some((form) => key(form) === sent)) localStorage.removeItem(sent);

for (const form of forms) {
  const areas = [...form.querySelectorAll("textarea")];
  const kept = read(key(form))?.texts ?? {};
  const missing = areas.filter((area) => kept[area.name] && !area.value.trim());
  if (missing.length) {
    for (const area of missing) area.value = kept[area.name];
    const note = template("draft-note");
    note.querySelector("button").addEventListener("click", () => {
      for (const area of missing) area.value = "";
      localStorage.removeItem(key(form));
      note.remove();
    });
    form.prepend(note);
  }
  form.addEventListener("input", () => {
    const texts = Object.fromEntries(areas.map((area) => [area.name, area.value]));
    try { localStorage.setItem(key(form), JSON.stringify({ at: Date.now(), texts })); } catch { /* full or forbidden */ }
  });
  form.addEventListener("submit", () => sessionStorage.setItem("sent", key(form)));
}

// Leaving a form that was changed and not sent asks first.
let changed = false;
addEventListener("input", (event) => { changed ||= event.target.form?.method === "post"; });
addEventListener("submit", () => { changed = false; });
addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });

// A shared computer keeps nothing after logging out.
document.querySelector("form[data-logout]")?.addEventListener("submit", () => {
  drafts().forEach((name) => localStorage.removeItem(name));
});

// Two minutes before the login ends (WCAG 2.2.1). Asking for a page renews it; the answer says until when.
const warn = (until) => setTimeout(() => {
  const box = template("timeout-note");
  const button = box.querySelector("button");
  button.addEventListener("click", async () => {
    const page = await fetch("/cases/").then((answer) => answer.text(), () => "");
    const next = page.match(/data-expires="([^"]+)"/)?.[1];
    if (next) { box.remove(); warn(new Date(next)); } else location.reload();
  });
  document.body.append(box);
  button.focus();
}, Math.max(0, until - Date.now() - 120000));
if (expires) warn(new Date(expires));

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// After a form came back with errors, the reader starts at the summary.
document.querySelector(".errors")?.focus();
