// Improves, never carries: every task works without it. Keeps what was typed in long texts until it is sent.
const forms = document.querySelectorAll("form[data-draft]");
const key = (form) => `draft ${form.dataset.draft}`;
const texts = (form) => [...form.querySelectorAll("textarea")];

for (const form of forms) {
  const kept = JSON.parse(localStorage.getItem(key(form)) || "null");
  for (const area of texts(form)) {
    if (kept?.[area.name] && !area.value.trim()) area.value = kept[area.name];
    area.addEventListener("input", () => {
      const values = Object.fromEntries(texts(form).map((each) => [each.name, each.value]));
      localStorage.setItem(key(form), JSON.stringify(values));
    });
  }
  form.addEventListener("submit", () => localStorage.removeItem(key(form)));
}

// A shared computer keeps nothing after logging out.
document.querySelector("form[data-logout]")?.addEventListener("submit", () => {
  Object.keys(localStorage).filter((name) => name.startsWith("draft ")).forEach((name) => localStorage.removeItem(name));
});

document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});

// After a form came back with errors, the reader starts at the summary.
document.querySelector(".op-errors")?.focus();
