// What every page gains from a script. Nothing depends on it: each part looks for its elements and does nothing without them.
// Elements that a part adds say so with `data-…`; all texts come from the page, in its language.

// Moments in the reader's own zone and language; the page has them in UTC.
const moments = (root) => {
  const written = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  for (const time of root.querySelectorAll("time[datetime]:not([data-day])")) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.getTime())) time.textContent = written.format(at);
  }
};
moments(document);

// A form that was sent is not sent again by a second click. Coming back to the page, it can be.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// What cannot be undone asks first: `data-confirm` on the button holds the question.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-confirm]");
  if (button && !window.confirm(button.dataset.confirm)) event.preventDefault();
});

