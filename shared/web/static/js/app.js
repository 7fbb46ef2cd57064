// Improves, never carries: every task works without it. Words are in the page, in <template>s.
const { user, expires, error } = document.body.dataset;
const DAY = 86400000;
const template = (id) => document.getElementById(id)?.content.firstElementChild.cloneNode(true);
const drafts = () => Object.keys(localStorage).filter((name) => name.startsWith("draft:"));
const read = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
const key = (form) => `draft:${user}:${location.pathname}:${form.dataset.draft}`;
const forms = user ? [...document.querySelectorAll("form[data-draft]")] : [];

// A draft is of one person, one form and today. It goes when the next page shows that it was sent: not after errors.
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

let changed = false;
addEventListener("input", (event) => { changed ||= event.target.form?.method === "post"; });
addEventListener("submit", () => { changed = false; });
addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });

document.querySelector("form[data-logout]")?.addEventListener("submit", () => {
  drafts().forEach((name) => localStorage.removeItem(name));
});

// Two minutes before the login ends (WCAG 2.2.1). Asking for a page renews it.
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

document.querySelector(".errors")?.focus();

// What is dropped on another time in the week opens the form that moves it, filled in.
let held, grip;
addEventListener("dragstart", (event) => {
  held = event.target.closest?.("[data-move]");
  grip = event.clientY - held?.getBoundingClientRect().y;
});
addEventListener("dragover", (event) => { if (held) event.preventDefault(); });
addEventListener("drop", (event) => {
  const day = held && event.target.closest("[data-day]");
  if (!day) return;
  event.preventDefault();
  const y = event.clientY - grip, hours = [...document.querySelectorAll("[data-hour]")];
  const hour = hours.findLast((each) => each.getBoundingClientRect().y <= y + 6) ?? hours[0];
  const box = hour.getBoundingClientRect(), quarter = Math.min(3, Math.max(0, Math.round((y - box.y) / box.height * 4)));
  location = `${held.href}?op=${day.dataset.day}T${hour.dataset.hour}:${quarter * 15 || "00"}#verzetten`;
});
